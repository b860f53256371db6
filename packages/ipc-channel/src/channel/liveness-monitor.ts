/** Decides from periodic byte counts whether a peer has been silent for too long. Has no clock and no timer. */
export class LivenessMonitor {
  readonly #timeout: number;
  readonly #period: number;
  #heardAt: number;
  #checkedAt: number;
  #bytes = 0;

  /** All times are in ms of the same clock. {@link isSilent} must be called every `period` ms. */
  constructor(timeout: number, now: number, period: number) {
    this.#timeout = timeout;
    this.#heardAt = now;
    this.#checkedAt = now;
    this.#period = period;
  }

  /**
   * Whether `timeout` has passed without a byte from the peer. `bytes` is the number of bytes received so far. `isReading` is
   * whether this side reads. While this side does not read, the peer's bytes go unnoticed, so each check restarts the timeout.
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
