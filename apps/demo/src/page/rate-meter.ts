const memory = 2_000;
/** Minimum milliseconds of a measurement. A burst after a pause is not a high rate. */
const shortest = 500;

/** Measures an amount per second over the last two seconds. */
export class RateMeter {
  #events: { readonly time: number; readonly amount: number }[] = [];

  /** Adds an amount that arrived now. */
  add(amount = 1): void {
    this.#events.push({ time: performance.now(), amount });
  }

  /** The amount per second; 0 if nothing arrived lately. */
  perSecond(): number {
    const start = performance.now() - memory;
    this.#events = this.#events.filter(({ time }) => time >= start);
    const [first, ...rest] = this.#events;
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return 0;
    // The interval begins with the first event, so the amount of that event lies before it.
    const span = Math.max(shortest, last.time - first.time);
    return rest.reduce((sum, { amount }) => sum + amount, 0) / (span / 1_000);
  }
}
