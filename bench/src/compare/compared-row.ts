import type { Figure } from "./comparison.ts";

/** One of the two commits. */
export type Side = "base" | "this";

/** The values of one figure in all runs of both commits. */
export class ComparedRow {
  readonly name: string;
  readonly better: "more" | "less";
  readonly base: number[] = [];
  readonly current: number[] = [];
  /** One ratio per pair of runs in which both sides have a value. A ratio above 1 means that `this` is better than `base`. */
  readonly ratios: number[] = [];
  /** Reasons why a side has no values, or fewer values than runs. */
  readonly failures: (readonly [side: Side, reason: string])[] = [];

  constructor(name: string, better: "more" | "less") {
    this.name = name;
    this.better = better;
  }

  /** Adds the figures of a pair of runs. Either figure may be missing. */
  add(base: Figure | undefined, current: Figure | undefined): void {
    const [before, after] = [this.#take("base", base), this.#take("this", current)];
    if (before === undefined || after === undefined) return;
    this.ratios.push(this.better === "more" ? after / before : before / after);
  }

  /** Records the reason why a side has no value. */
  fail(side: Side, reason: string): void {
    if (!this.failures.some(([failed]) => failed === side)) this.failures.push([side, reason]);
  }

  #take(side: Side, figure: Figure | undefined): number | undefined {
    if (!figure) return undefined;
    if (figure.failure !== undefined || !Number.isFinite(figure.value)) {
      this.fail(side, figure.failure ?? "nothing was measured");
      return undefined;
    }
    (side === "base" ? this.base : this.current).push(figure.value);
    return figure.value;
  }
}
