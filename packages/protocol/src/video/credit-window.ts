/** The credit that a receiver gives an uploader for video frames, as sequence numbers that only rise. */
export interface VideoCredit {
  /** Frames up to this one may be sent. */
  readonly through: number;
  /** Frames up to this one are consumed or dropped. */
  readonly consumed: number;
}

/**
 * The receiver's side of the video lane, as a pure state machine: decides how many frames may be under way.
 *
 * A frame counts from its grant until it is released. Beside the frame that the consumer holds, one more may be under way
 * or waiting. While the consumer is idle two may be, so that encoding, transport and decoding overlap.
 */
export class CreditWindow {
  /** Frames that arrived and are not released, in order. */
  readonly #open: number[] = [];
  #released = 0;
  #held: number | undefined;
  #reportsEach = false;
  #received = 0;
  #granted: VideoCredit = { through: 0, consumed: 0 };

  /** How many frames may still arrive without more credit. */
  get outstanding(): number {
    return this.#granted.through - this.#received;
  }

  /** Whether {@link grant} reports each released frame, even if there is no more credit to report. */
  setReportsEach(reportsEach: boolean): void {
    this.#reportsEach = reportsEach;
  }

  /**
   * Records a frame that arrived. Returns `false` if it has no credit: its number was never granted, or is not above the
   * previous number. Skipped numbers count as released.
   */
  accept(sequence: number): boolean {
    if (sequence <= this.#received || sequence > this.#granted.through) return false;
    this.#released += sequence - this.#received - 1;
    this.#received = sequence;
    this.#open.push(sequence);
    return true;
  }

  /** Records that the consumer got a frame. A released frame cannot be held. */
  hold(sequence: number): void {
    if (this.#open.includes(sequence)) this.#held = sequence;
  }

  /** Records that an accepted frame is consumed, or will never be handed out. */
  release(sequence: number): void {
    const index = this.#open.indexOf(sequence);
    if (index < 0) return;
    this.#open.splice(index, 1);
    this.#released++;
    if (sequence === this.#held) this.#held = undefined;
  }

  /** The last report before closing: which frames are consumed, without more credit. `undefined` if there is nothing new. */
  finalGrant(): VideoCredit | undefined {
    const { through, consumed } = this.#granted;
    if (this.#consumedThrough <= consumed) return undefined;
    this.#granted = { through, consumed: this.#consumedThrough };
    return this.#granted;
  }

  /** The credit to send to the uploader; `undefined` if it has not risen. `isIdle` is whether the consumer waits for a frame. */
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

  /** The highest number up to which all frames are released. */
  get #consumedThrough(): number {
    return (this.#open[0] ?? this.#received + 1) - 1;
  }
}
