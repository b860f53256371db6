/**
 * Options of {@link Backoff}.
 *
 * @internal For packages that are built on this one.
 */
export interface BackoffOptions {
  /** The upper bound of the first delay, in ms. */
  readonly shortest: number;
  /** The upper bound of all delays, in ms. */
  readonly longest: number;
  /** Returns a number from 0 to below 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * Exponential backoff. The upper bound of the delay doubles with each call, up to `longest`. A delay is random, from half
 * of the upper bound to the upper bound, so that many processes do not retry at the same moment. Has no timer of its own.
 *
 * @internal For packages that are built on this one.
 */
export class Backoff {
  readonly #shortest: number;
  readonly #longest: number;
  readonly #random: () => number;
  #next: number;

  constructor({ shortest, longest, random = Math.random }: BackoffOptions) {
    this.#shortest = shortest;
    this.#longest = longest;
    this.#random = random;
    this.#next = shortest;
  }

  /** Returns the next delay, in ms. */
  next(): number {
    const delay = this.#next * (0.5 + this.#random() / 2);
    this.#next = Math.min(this.#next * 2, this.#longest);
    return delay;
  }

  /** Starts again with the shortest delay. */
  reset(): void {
    this.#next = this.#shortest;
  }
}
