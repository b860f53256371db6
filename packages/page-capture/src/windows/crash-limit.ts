/** Number of crashes within {@link period} after which a page is not loaded again. */
const mostCrashes = 5;

/** In ms. */
const period = 60_000;

/** Decides when a page that has crashed is loaded again. The wait grows with each crash. Pure; times are in ms. */
export class CrashLimit {
  #crashes: number[] = [];

  /** Notes a crash. Returns how long to wait before the page is loaded, or `undefined` if it crashes too often. */
  crashed(now: number): number | undefined {
    this.#crashes = [...this.#crashes.filter((at) => now - at < period), now];
    const count = this.#crashes.length;
    if (count > mostCrashes) return undefined;
    return count === 1 ? 0 : 250 * 2 ** (count - 2);
  }
}
