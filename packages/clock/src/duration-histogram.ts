import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Percentiles of durations, in ms. */
export interface DurationSummary {
  /** The median. */
  readonly p50: number;
  /** The 95th percentile: 95 % of the durations are at most this long. */
  readonly p95: number;
  /** The longest duration. */
  readonly max: number;
}

/** Records durations in constant memory and summarizes them as percentiles. */
export class DurationHistogram {
  readonly #histogram: RecordableHistogram = createHistogram();

  /** Records a duration in microseconds. */
  record(duration: number): void {
    this.#histogram.record(Math.max(1, Math.round(duration)));
  }

  /** `undefined` before the first recorded duration. */
  get summary(): DurationSummary | undefined {
    if (this.#histogram.count === 0) return undefined;
    return {
      p50: this.#histogram.percentile(50) / 1000,
      p95: this.#histogram.percentile(95) / 1000,
      max: this.#histogram.max / 1000,
    };
  }
}
