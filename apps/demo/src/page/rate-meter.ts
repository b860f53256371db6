const memory = 2_000;

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
    return rest.reduce((sum, { amount }) => sum + amount, 0) / ((last.time - first.time) / 1_000);
  }
}
