/**
 * The receiver's side of the picture lane, as a pure state machine: how many pictures may be under way.
 *
 * A picture counts until it is consumed. Beyond the one that the consumer holds, one more may be under way or waiting,
 * and two while the consumer waits for it, so that encoding, transport and decoding overlap.
 */
export class CreditWindow {
  #consumed = 0;
  #isHeld = false;
  #isIdle = false;
  #through = 0;
  #received = 0;

  /** The highest sequence number that was ever granted. */
  get through(): number {
    return this.#through;
  }

  /**
   * Takes note of a picture that came. `false` where it has no credit: its number was never granted, or is not above the
   * one before. Numbers that are left out count as consumed.
   */
  accept(sequence: number): boolean {
    if (sequence <= this.#received || sequence > this.#through) return false;
    this.#consumed += sequence - this.#received - 1;
    this.#received = sequence;
    return true;
  }

  /** The consumer waits for the next sample, or it does not. */
  setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle;
  }

  /** The consumer was handed a picture. */
  hold(): void {
    this.#isHeld = true;
  }

  /** The consumer is done with the picture that it held. */
  release(): void {
    this.#isHeld = false;
    this.#consumed++;
  }

  /** A picture that was accepted and will not be handed out counts as consumed. */
  skip(): void {
    this.#consumed++;
  }

  /** The sequence number to grant, where it has risen since the last call. */
  grant(): number | undefined {
    const through = this.#consumed + (this.#isHeld ? 1 : 0) + (this.#isIdle ? 2 : 1);
    if (through <= this.#through) return undefined;
    this.#through = through;
    return through;
  }
}
