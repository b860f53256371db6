import type { UploadOutcome } from "../upload-outcome.ts";

/**
 * With `delivery: "all"`, the maximum number of video frames that are kept until they are consumed. Their memory depends on
 * the frame size: 64 raw 1080p frames take 531 MB.
 *
 * @internal
 */
export const maxPendingFrames = 64;

/** A video frame that a {@link VideoLane} keeps. The fields say where the lane still needs it. */
export class PendingFrame<S> {
  /** The position in the order of {@link VideoLane.offer} calls. */
  readonly order: number;
  readonly sample: S;
  /** Reports the outcome to the caller of {@link VideoLane.offer}; only the first call counts. */
  readonly settle: (outcome: UploadOutcome) => void;
  readonly #release: (sample: S) => void;
  #isReleased = false;
  isNewest = false;
  isWaiting = false;
  isUnderWay = false;
  /** How often the frame was sent without being consumed since. */
  unconsumed = 0;

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

  /** Settles the frame, and releases it if the lane no longer needs it. */
  end(outcome: UploadOutcome): void {
    this.settle(outcome);
    this.releaseUnused();
  }

  /** One attempt to send the frame is over. It decides the outcome unless another attempt is left. */
  drop(outcome: UploadOutcome): void {
    if (!this.#isToBeSent) this.end(outcome);
  }

  /** Releases the sample once, if the lane no longer needs it. */
  releaseUnused(): void {
    if (this.#isReleased || this.isNewest || this.#isToBeSent) return;
    this.#isReleased = true;
    this.#release(this.sample);
  }

  get #isToBeSent(): boolean {
    return this.isWaiting || this.isUnderWay || this.unconsumed > 0;
  }
}
