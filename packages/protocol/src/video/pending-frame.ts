import type { UploadCounts, UploadOutcome } from "../upload-outcome.ts";

/**
 * Maximum number of pending video frames with `delivery: "all"`.
 *
 * @internal
 */
export const maxPendingFrames = 64;

/**
 * Maximum number of bytes of pending video frames with `delivery: "all"`: 32 raw 1080p frames, or 8 of 4K. One frame may
 * always be pending.
 *
 * @internal
 */
export const maxPendingBytes: number = 256 * 1024 * 1024;

/** The state of a {@link VideoLane} that all its frames share. */
export interface FrameOwner<S> {
  /** Numbers of frames by outcome. */
  readonly counts: Record<keyof UploadCounts, number>;
  /** Number of bytes of the pending frames. */
  pendingBytes: number;
  /** Called once for each frame, when the lane no longer needs its sample. */
  readonly release: (sample: S) => void;
  /** Returns the number of bytes of a sample. Must not throw. */
  readonly bytesOf: (sample: S) => number;
}

/** Whether too many frames or bytes are pending, including the newest frame. A single frame may have any size. */
export function exceedsBounds({ counts, pendingBytes }: FrameOwner<never>): boolean {
  return counts.pending > maxPendingFrames || (counts.pending > 1 && pendingBytes > maxPendingBytes);
}

/** A video frame that a {@link VideoLane} keeps. The fields record why the lane still needs the frame. */
export class PendingFrame<S> {
  /** Position in the order of {@link VideoLane.offer} calls. */
  readonly order: number;
  readonly sample: S;
  readonly #owner: FrameOwner<S>;
  readonly #onSettle: (outcome: UploadOutcome) => void;
  readonly #bytes: number;
  #isSettled = false;
  #isReleased = false;
  isNewest = false;
  isWaiting = false;
  isUnderWay = false;
  /** Number of times that the frame was sent and not yet consumed. */
  unconsumed = 0;

  /** Counts the frame as captured and pending. `onSettle` is called with its outcome. */
  constructor(order: number, sample: S, owner: FrameOwner<S>, onSettle: (outcome: UploadOutcome) => void) {
    this.order = order;
    this.sample = sample;
    this.#owner = owner;
    this.#onSettle = onSettle;
    owner.counts.captured++;
    owner.counts.pending++;
    this.#bytes = owner.bytesOf(sample);
    owner.pendingBytes += this.#bytes;
  }

  /** Counts the outcome and reports it to the caller of {@link VideoLane.offer}. Later calls have no effect. */
  settle(outcome: UploadOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#owner.counts.pending--;
    this.#owner.pendingBytes -= this.#bytes;
    this.#owner.counts[outcome]++;
    this.#onSettle(outcome);
  }

  /** Settles the frame, and releases it if the lane no longer needs it. */
  end(outcome: UploadOutcome): void {
    this.settle(outcome);
    this.releaseUnused();
  }

  /** Ends one attempt to send the frame. Settles the frame with this outcome unless another attempt remains. */
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
