/** Tells whether a peer has been silent for too long, from what is known of it now and then. Pure. */
export class SilenceWatch {
  readonly #timeout: number;
  #heardAt: number;
  #bytes = 0;

  /** `timeout` and all times in ms, of one clock. */
  constructor(timeout: number, now: number) {
    this.#timeout = timeout;
    this.#heardAt = now;
  }

  /** Whether it is `timeout` since the byte count last rose, or since we were last not reading: who does not read hears nothing. */
  check(now: number, bytes: number, isReading: boolean): boolean {
    if (bytes !== this.#bytes || !isReading) this.#heardAt = now;
    this.#bytes = bytes;
    return now - this.#heardAt >= this.#timeout;
  }
}
