/** Lets a number of events pass in each period. */
export class RateLimit {
  readonly #count: number;
  readonly #period: number;
  #start = Number.NEGATIVE_INFINITY;
  #passed = 0;

  /** @param period Length of a period in ms. */
  constructor(count: number, period: number) {
    this.#count = count;
    this.#period = period;
  }

  /** Returns whether one more event may pass now. */
  pass(now: number = performance.now()): boolean {
    if (now - this.#start >= this.#period) {
      this.#start = now;
      this.#passed = 0;
    }
    return ++this.#passed <= this.#count;
  }
}
