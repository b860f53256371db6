const memory = 2_000;
/** Minimum period of a measurement in ms. Without a minimum, a burst after a pause would count as a high rate. */
const shortest = 500;

/** Measures a rate per second over the last two seconds. */
export class RateMeter {
  #events: { readonly time: number; readonly amount: number }[] = [];

  /** Adds an amount that arrived now. */
  add(amount = 1): void {
    this.#events.push({ time: performance.now(), amount });
  }

  /** Returns the amount per second; 0 if fewer than two amounts arrived in the last two seconds. */
  perSecond(): number {
    const start = performance.now() - memory;
    this.#events = this.#events.filter(({ time }) => time >= start);
    const [first, ...rest] = this.#events;
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return 0;
    // The period begins with the first event, so the amount of the first event is not counted.
    const span = Math.max(shortest, last.time - first.time);
    return rest.reduce((sum, { amount }) => sum + amount, 0) / (span / 1_000);
  }
}
