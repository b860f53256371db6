/** Decides whether a peer has been silent for too long, from byte counts that its user passes in periodically. Pure. */
export class LivenessMonitor {
  readonly #timeout: number;
  readonly #period: number;
  #heardAt: number;
  #checkedAt: number;
  #bytes = 0;

  /** All times are in ms, of one clock. The user calls {@link isSilent} every `period`. */
  constructor(timeout: number, now: number, period: number) {
    this.#timeout = timeout;
    this.#heardAt = now;
    this.#checkedAt = now;
    this.#period = period;
  }

  /**
   * Whether `timeout` has passed without a byte. `bytes` counts all received bytes. Time without reading does not count,
   * because the peer's bytes cannot be noticed then.
   */
  isSilent(now: number, bytes: number, isReading: boolean): boolean {
    // A late check means that this process was blocked or the machine was suspended; extend the deadline by that time.
    this.#heardAt += Math.max(0, now - this.#checkedAt - this.#period);
    this.#checkedAt = now;
    if (bytes !== this.#bytes || !isReading) this.#heardAt = now;
    this.#bytes = bytes;
    return now - this.#heardAt >= this.#timeout;
  }
}
