/** The credit of an uploader for video frames. Both sequence numbers only rise. */
export interface VideoCredit {
  /** Frames up to this sequence number may be sent. */
  readonly through: number;
  /** Frames up to this sequence number are consumed or dropped. */
  readonly consumed: number;
}

/**
 * Decides how many video frames may be in flight. The receiver's side of the video lane, as a pure state machine.
 *
 * A frame occupies the window from its grant until it is released, which means consumed or dropped. Beside the frame that
 * the consumer holds, one more frame may be in flight or waiting. While the consumer is idle, two frames may be in flight
 * or waiting, so that encoding, transport and decoding overlap.
 */
export class CreditWindow {
  /** Sequence numbers of the frames that arrived and are not released, in order. */
  readonly #open: number[] = [];
  #released = 0;
  #held: number | undefined;
  #reportsEach = false;
  #received = 0;
  #granted: VideoCredit = { through: 0, consumed: 0 };

  /** Number of frames that may still arrive without more credit. */
  get outstanding(): number {
    return this.#granted.through - this.#received;
  }

  /** Sets whether {@link grant} reports every released frame, even if there is no more credit to report. */
  setReportsEach(reportsEach: boolean): void {
    this.#reportsEach = reportsEach;
  }

  /**
   * Records a frame that arrived. Returns `false` if the frame has no credit: its number was never granted, or is not
   * above the previous number. Skipped numbers count as released.
   */
  accept(sequence: number): boolean {
    if (sequence <= this.#received || sequence > this.#granted.through) return false;
    this.#released += sequence - this.#received - 1;
    this.#received = sequence;
    this.#open.push(sequence);
    return true;
  }

  /** Records that the consumer received a frame. Ignored for a released frame. */
  hold(sequence: number): void {
    if (this.#open.includes(sequence)) this.#held = sequence;
  }

  /** Records that a frame was consumed or dropped. */
  release(sequence: number): void {
    const index = this.#open.indexOf(sequence);
    if (index < 0) return;
    this.#open.splice(index, 1);
    this.#released++;
    if (sequence === this.#held) this.#held = undefined;
  }

  /** Returns the last report before closing: the consumed frames, without more credit. `undefined` if there is nothing new. */
  finalGrant(): VideoCredit | undefined {
    const { through, consumed } = this.#granted;
    if (this.#consumedThrough <= consumed) return undefined;
    this.#granted = { through, consumed: this.#consumedThrough };
    return this.#granted;
  }

  /**
   * Returns the credit to send to the uploader; `undefined` if it is unchanged. `isIdle` is whether the consumer waits
   * for a frame.
   */
  grant(isIdle = false): VideoCredit | undefined {
    const { through, consumed } = this.#granted;
    const further = (this.#held === undefined ? 0 : 1) + (isIdle ? 2 : 1);
    const hasCredit = this.#released + further > through;
    if (!hasCredit && !(this.#reportsEach && this.#consumedThrough > consumed)) return undefined;
    this.#granted = {
      through: Math.max(through, this.#released + further),
      consumed: this.#consumedThrough,
    };
    return this.#granted;
  }

  /** Highest sequence number up to which all frames are released. */
  get #consumedThrough(): number {
    return (this.#open[0] ?? this.#received + 1) - 1;
  }
}
