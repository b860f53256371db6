import type { UploadOutcome } from "../upload-outcome.ts";

/**
 * With `delivery: "all"`, the maximum number of pictures that are kept until they are consumed. Their memory depends on the
 * capturer's picture size: 64 raw 1080p pictures take 531 MB.
 */
export const maxPendingFrames = 64;

/** A picture that somebody still needs. */
export class PendingFrame<S> {
  /** Counts the pictures as they were offered. */
  readonly order: number;
  readonly sample: S;
  /** Tells the one who offered it what became of it; only the first call counts. */
  readonly settle: (outcome: UploadOutcome) => void;
  readonly #release: (sample: S) => void;
  #isReleased = false;

  constructor(
    order: number,
    sample: S,
    settle: (outcome: UploadOutcome) => void,
    release: (sample: S) => void,
  ) {
    this.order = order;
    this.sample = sample;
    this.settle = settle;
    this.#release = release;
  }

  /** Nothing needs it any more; only the first call counts. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#release(this.sample);
  }
}
