import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** How old pictures were, in ms. */
export class AgeHistogram {
  readonly #histogram: RecordableHistogram = createHistogram();

  /** Takes an age in microseconds. */
  record(age: number): void {
    this.#histogram.record(Math.max(1, Math.round(age)));
  }

  /** `undefined` before the first one. */
  get summary(): { p50: number; p95: number; max: number } | undefined {
    if (this.#histogram.count === 0) return undefined;
    return {
      p50: this.#histogram.percentile(50) / 1000,
      p95: this.#histogram.percentile(95) / 1000,
      max: this.#histogram.max / 1000,
    };
  }
}
