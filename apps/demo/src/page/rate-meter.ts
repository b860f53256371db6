const memory = 2_000;
/** Milliseconds that are measured at least: a few that come at once after a silence are no high rate. */
const shortest = 500;

/** How much comes in a second, by what came in the last two. */
export class RateMeter {
  #events: { readonly time: number; readonly amount: number }[] = [];

  /** Notes that something came now. */
  add(amount = 1): void {
    this.#events.push({ time: performance.now(), amount });
  }

  /** Amount in a second; 0 when nothing came lately. */
  perSecond(): number {
    const start = performance.now() - memory;
    this.#events = this.#events.filter(({ time }) => time >= start);
    const [first, ...rest] = this.#events;
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return 0;
    // Between the first and the last there is room for all but the first.
    const span = Math.max(shortest, last.time - first.time);
    return rest.reduce((sum, { amount }) => sum + amount, 0) / (span / 1_000);
  }
}
