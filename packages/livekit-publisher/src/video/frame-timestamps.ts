/** A timestamp this far behind the last one comes from another clock. In microseconds. */
const maxLag = 10_000_000;

/** A timestamp for the LiveKit library. */
export interface FrameTimestamp {
  /** Microseconds, more than 0. */
  readonly value: bigint;
  /** Whether the sample repeats the previous one, so that both have the same timestamp. */
  readonly isRepeated: boolean;
}

/**
 * Makes the timestamps of successive video frames. A sample's own timestamp is used if it is greater than the last one.
 * Otherwise the timestamp is the last one plus the time that has passed since, because the library drops a frame whose
 * timestamp does not grow. A timestamp more than 10 s behind the last one is used unchanged: it is from another clock.
 */
export class FrameTimestamps {
  readonly #now: () => number;
  #lastSample: number | undefined;
  #last = 0;
  #lastAt = 0;

  /** `now` returns microseconds of a monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns the timestamp for a sample with this timestamp. */
  next(timestamp: number): FrameTimestamp {
    const now = this.#now();
    const isRepeated = timestamp === this.#lastSample;
    const isSameClock = this.#lastSample !== undefined && timestamp > this.#last - maxLag;
    const isLate = isRepeated || (isSameClock && timestamp <= this.#last);
    const passed = Math.max(1, Math.round(now - this.#lastAt));
    // The library replaces 0 with the current time of another clock.
    this.#last = isLate ? this.#last + passed : Math.max(1, timestamp);
    this.#lastSample = timestamp;
    this.#lastAt = now;
    return { value: BigInt(this.#last), isRepeated };
  }
}
