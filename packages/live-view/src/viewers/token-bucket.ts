/** Bounds a rate: tokens are added evenly up to a maximum, and each action takes some. Pure; times are in ms. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #most: number;
  #tokens: number;
  #at: number;

  /** Starts full. */
  constructor(perSecond: number, most: number, now: number) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#tokens = most;
    this.#at = now;
  }

  /** Takes tokens. Their number becomes negative if there are too few. */
  take(count: number, now: number): void {
    this.#refill(now);
    this.#tokens -= count;
  }

  /** Returns the time until a token is available, in ms; 0 if one is available now. */
  wait(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1_000);
  }

  #refill(now: number): void {
    this.#tokens = Math.min(
      this.#most,
      this.#tokens + (Math.max(0, now - this.#at) * this.#perSecond) / 1_000,
    );
    this.#at = now;
  }
}
