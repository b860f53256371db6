/** A video frame to encode and send now. */
export interface ScheduledFrame<S> {
  /** The frame. */
  readonly sample: S;
  /** Sequence number among the video frames of a connection, from 1. */
  readonly sequence: number;
  /** Whether the frame must decode without earlier frames, because the receiver may not have them. */
  readonly keyFrame: boolean;
}

/** Counts the video frames that were sent, credited and consumed on one connection. */
export class FrameCredit {
  /** Number of frames that may be sent before the receiver grants more credit. Only this class changes it. */
  credit = 0;
  #sequence = 0;
  #creditedThrough = 0;
  #consumedThrough = 0;
  #needsKeyFrame = true;

  /** Number of frames that the receiver reported as consumed, at most the number of frames sent. */
  get consumed(): number {
    return Math.min(this.#consumedThrough, this.#sequence);
  }

  /**
   * Applies credit: frames up to the sequence number `through` may be sent, and frames up to `consumed` are consumed.
   * Numbers lower than before are ignored.
   */
  acknowledge(through: number, consumed: number): void {
    this.#creditedThrough = Math.max(this.#creditedThrough, through);
    this.credit = this.#creditedThrough - this.#sequence;
    this.#consumedThrough = Math.max(this.#consumedThrough, consumed);
  }

  isConsumed({ sequence }: ScheduledFrame<unknown>): boolean {
    return sequence <= this.#consumedThrough;
  }

  /** Makes the next frame a key frame. */
  requireKeyFrame(): void {
    this.#needsKeyFrame = true;
  }

  /** Assigns the next sequence number to a sample and spends one credit. */
  next<S>(sample: S): ScheduledFrame<S> {
    this.#sequence++;
    this.credit--;
    const scheduled = { sample, sequence: this.#sequence, keyFrame: this.#needsKeyFrame };
    this.#needsKeyFrame = false;
    return scheduled;
  }

  /** Returns the credit of the last frame, which was not sent. The next frame reuses that sequence number and is a key frame. */
  undo(): void {
    this.#sequence--;
    this.credit++;
    this.requireKeyFrame();
  }
}
