/** What a receiver tells an uploader about pictures, as sequence numbers. */
export interface VideoCredit {
  /** Pictures up to this one may be sent. */
  readonly through: number;
  /** Pictures up to this one are done with. */
  readonly consumed: number;
}

/**
 * The receiver's side of the picture lane, as a pure state machine: how many pictures may be under way.
 *
 * A picture counts until it is consumed. Beyond the one that the consumer holds, one more may be under way or waiting,
 * and two while the consumer waits for it, so that encoding, transport and decoding overlap.
 */
export class CreditWindow {
  /** Pictures that came and are not consumed, in order. */
  readonly #open: number[] = [];
  #consumed = 0;
  #held: number | undefined;
  #isIdle = false;
  #reportsEach = false;
  #received = 0;
  #granted: VideoCredit = { through: 0, consumed: 0 };

  /** How many pictures may still come without more credit. */
  get outstanding(): number {
    return this.#granted.through - this.#received;
  }

  /** Whether {@link grant} tells of each picture that is consumed, and not only along with more credit. */
  setReportsEach(reportsEach: boolean): void {
    this.#reportsEach = reportsEach;
  }

  /**
   * Takes note of a picture that came. `false` where it has no credit: its number was never granted, or is not above the
   * one before. Numbers that are left out count as consumed.
   */
  accept(sequence: number): boolean {
    if (sequence <= this.#received || sequence > this.#granted.through) return false;
    this.#consumed += sequence - this.#received - 1;
    this.#received = sequence;
    this.#open.push(sequence);
    return true;
  }

  /** The consumer waits for the next sample, or it does not. */
  setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle;
  }

  /** The consumer was handed a picture; one that is done with already is not held. */
  hold(sequence: number): void {
    if (this.#open.includes(sequence)) this.#held = sequence;
  }

  /** A picture that was accepted is done with: consumed, or never to be handed out. */
  release(sequence: number): void {
    const index = this.#open.indexOf(sequence);
    if (index < 0) return;
    this.#open.splice(index, 1);
    this.#consumed++;
    if (sequence === this.#held) this.#held = undefined;
  }

  /** The last report before closing: which pictures are consumed, without more credit. `undefined` if that has not risen. */
  finalGrant(): VideoCredit | undefined {
    const { through, consumed } = this.#granted;
    if (this.#consumedThrough <= consumed) return undefined;
    this.#granted = { through, consumed: this.#consumedThrough };
    return this.#granted;
  }

  /** What to tell the uploader, where that has risen since the last call. */
  grant(): VideoCredit | undefined {
    const { through, consumed } = this.#granted;
    const isHeld = this.#held !== undefined;
    const next: VideoCredit = {
      through: Math.max(through, this.#consumed + (isHeld ? 1 : 0) + (this.#isIdle ? 2 : 1)),
      consumed: this.#consumedThrough,
    };
    if (next.through === through && !(this.#reportsEach && next.consumed > consumed)) return undefined;
    this.#granted = next;
    return next;
  }

  /** The highest picture up to which all are consumed. */
  get #consumedThrough(): number {
    return (this.#open[0] ?? this.#received + 1) - 1;
  }
}
