/** Tells whether a peer has been silent for too long, from what is known of it now and then. Pure. */
export class SilenceWatch {
  readonly #timeout: number;
  readonly #period: number;
  #heardAt: number;
  #checkedAt: number;
  #bytes = 0;

  /** `timeout` and all times in ms, of one clock; to be asked every `period`. */
  constructor(timeout: number, now: number, period: number) {
    this.#timeout = timeout;
    this.#heardAt = now;
    this.#checkedAt = now;
    this.#period = period;
  }

  /** Whether it is `timeout` since the byte count last rose, or since we were last not reading: who does not read hears nothing. */
  check(now: number, bytes: number, isReading: boolean): boolean {
    // Who is asked late was busy or stopped, and the peer perhaps with us: the whole machine may have slept.
    this.#heardAt += Math.max(0, now - this.#checkedAt - this.#period);
    this.#checkedAt = now;
    if (bytes !== this.#bytes || !isReading) this.#heardAt = now;
    this.#bytes = bytes;
    return now - this.#heardAt >= this.#timeout;
  }
}
