import type { UploadCounts, UploadOutcome } from "../upload-outcome.ts";

/**
 * With `delivery: "all"`, the maximum number of video frames that are kept until they are consumed. Their memory depends on
 * the frame size: 64 raw 1080p frames take 531 MB.
 *
 * @internal
 */
export const maxPendingFrames = 64;

/** What the frames of a {@link VideoLane} share. */
export interface FrameOwner<S> {
  /** Counts the frames by outcome. */
  readonly counts: Record<keyof UploadCounts, number>;
  /** Called once for each frame, when the lane no longer needs it. */
  readonly release: (sample: S) => void;
}

/** A video frame that a {@link VideoLane} keeps. The fields say where the lane still needs it. */
export class PendingFrame<S> {
  /** The position in the order of {@link VideoLane.offer} calls. */
  readonly order: number;
  readonly sample: S;
  readonly #owner: FrameOwner<S>;
  readonly #onSettle: (outcome: UploadOutcome) => void;
  #isSettled = false;
  #isReleased = false;
  isNewest = false;
  isWaiting = false;
  isUnderWay = false;
  /** How often the frame was sent without being consumed since. */
  unconsumed = 0;

  /** Counts the frame as captured and pending. `onSettle` gets its outcome. */
  constructor(order: number, sample: S, owner: FrameOwner<S>, onSettle: (outcome: UploadOutcome) => void) {
    this.order = order;
    this.sample = sample;
    this.#owner = owner;
    this.#onSettle = onSettle;
    owner.counts.captured++;
    owner.counts.pending++;
  }

  /** Counts the outcome, then reports it to the caller of {@link VideoLane.offer}. Only the first call has an effect. */
  settle(outcome: UploadOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#owner.counts.pending--;
    this.#owner.counts[outcome]++;
    this.#onSettle(outcome);
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
    this.#owner.release(this.sample);
  }

  get #isToBeSent(): boolean {
    return this.isWaiting || this.isUnderWay || this.unconsumed > 0;
  }
}
