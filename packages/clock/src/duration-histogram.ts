import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Percentiles of durations, in ms. */
export interface DurationSummary {
  readonly p50: number;
  readonly p95: number;
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
