/** First and longest wait in ms. */
const firstWait = 500;
const longestWait = 15_000;

/** The waits between attempts to connect. Waits double, and vary by a quarter so that viewers do not return together. */
export class Backoff {
  readonly #random: () => number;
  #wait = firstWait;

  /** @param random Returns a number from 0 to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Returns the next wait in ms. */
  next(): number {
    const wait = this.#wait;
    this.#wait = Math.min(longestWait, wait * 2);
    return Math.min(longestWait, wait * (0.75 + this.#random() / 2));
  }

  /** Starts again with the first wait. */
  reset(): void {
    this.#wait = firstWait;
  }
}
