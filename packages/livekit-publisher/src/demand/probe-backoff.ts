/** A raise has failed if the limit is lowered again within this time, in ms. */
const trial = 15_000;
const longestDelay = 60_000;

/** Decides when a lowered limit may be raised again. Each raise that fails doubles the delay, up to a minute. */
export class ProbeBackoff {
  readonly #shortestDelay: number;
  #delay: number;
  #nextAt = Number.NEGATIVE_INFINITY;
  #raisedAt: number | undefined;

  /** `shortestDelay` is the time between lowering a limit and the first attempt to raise it, in ms. */
  constructor(shortestDelay: number) {
    this.#shortestDelay = shortestDelay;
    this.#delay = shortestDelay;
  }

  allows(now: number): boolean {
    return now >= this.#nextAt;
  }

  /** Call when the limit is raised. */
  raise(now: number): void {
    this.#raisedAt = now;
  }

  /** Call when the limit is lowered. */
  lower(now: number): void {
    if (this.#raisedAt !== undefined) {
      const isFailure = now - this.#raisedAt < trial;
      this.#delay = isFailure ? Math.min(this.#delay * 2, longestDelay) : this.#shortestDelay;
      this.#raisedAt = undefined;
    }
    this.#nextAt = now + this.#delay;
  }
}
