/** A video frame to encode and send now. */
export interface ScheduledFrame<S> {
  readonly sample: S;
  /** Counts the video frames of a connection, from 1. */
  readonly sequence: number;
  /** Whether the frame must not depend on earlier frames, because the receiver may not have them. */
  readonly keyFrame: boolean;
}

/** Counts the video frames that were sent, credited and consumed on one connection. */
export class FrameCredit {
  /** How many frames may be sent before the receiver gives more credit. Only this class changes it. */
  credit = 0;
  #sequence = 0;
  #creditedThrough = 0;
  #consumedThrough = 0;
  #needsKeyFrame = true;

  /** How many frames the receiver has consumed: the number it reports, but at most the number sent. */
  get consumed(): number {
    return Math.min(this.#consumedThrough, this.#sequence);
  }

  /** Frames up to the sequence number `through` may be sent; frames up to `consumed` are consumed. Neither number ever falls. */
  acknowledge(through: number, consumed: number): void {
    this.#creditedThrough = Math.max(this.#creditedThrough, through);
    this.credit = this.#creditedThrough - this.#sequence;
    this.#consumedThrough = Math.max(this.#consumedThrough, consumed);
  }

  isConsumed({ sequence }: ScheduledFrame<unknown>): boolean {
    return sequence <= this.#consumedThrough;
  }

  /** The next frame must be a key frame. */
  requireKeyFrame(): void {
    this.#needsKeyFrame = true;
  }

  /** Spends one credit on this sample. */
  next<S>(sample: S): ScheduledFrame<S> {
    this.#sequence++;
    this.credit--;
    const scheduled = { sample, sequence: this.#sequence, keyFrame: this.#needsKeyFrame };
    this.#needsKeyFrame = false;
    return scheduled;
  }

  /** The last frame never reached the receiver: returns its credit. */
  undo(): void {
    this.#sequence--;
    this.credit++;
    this.requireKeyFrame();
  }
}
