import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderMachine } from "../results-page.ts";
import { Checkout } from "./checkout.ts";
import { codecComparisons } from "./codec-comparisons.ts";
import type { ComparedRow } from "./compared-row.ts";
import type { Comparison } from "./comparison.ts";
import { git, snapshot } from "./git.ts";
import { liveComparisons } from "./live-comparisons.ts";
import { measurePairs } from "./measure-pairs.ts";
import { renderComparison, summaryOf } from "./render-comparison.ts";
import { transportComparisons } from "./transport-comparisons.ts";

/** Command-line options of a comparison. */
export interface CompareOptions {
  /** The earlier commit, by any name that git understands. */
  readonly base: string;
  /** How often each commit is measured. */
  readonly pairs: number;
  /** How long a live run is measured, in seconds. */
  readonly seconds: number;
  readonly isPartChosen: (name: string) => boolean;
  /** The sizes to measure; `undefined` for the default sizes. */
  readonly sizes: readonly string[] | undefined;
}

/** The parts that `--compare` can run. */
export const comparedParts: readonly string[] = ["transport", "codec", "pipeline", "lanes"];

/**
 * Measures the working tree and an earlier commit in alternating runs. Resolves with tables in Markdown.
 * Both commits are built in temporary git worktrees, and the bench files of the working tree measure both. The
 * worktrees are removed before the promise settles, and also if a signal ends the process.
 */
export async function compare(options: CompareOptions): Promise<string> {
  const repository = await git(process.cwd(), "rev-parse", "--show-toplevel");
  const commits = {
    base: await git(repository, "rev-parse", "--verify", "--quiet", `${options.base}^{commit}`).catch(
      (cause) => {
        throw new RangeError(`no such commit: ${options.base}`, { cause });
      },
    ),
    this: await snapshot(repository),
  };
  const chosen = choose(options);
  if (chosen.length === 0) throw new RangeError("no comparison has that part and that size");
  using place = new Place();
  const open = async (side: "base" | "this") =>
    place.add(await Checkout.create(repository, commits[side], join(place.folder, side), place.signal));
  const [current, base] = [await open("this"), await open("base")];
  for (const side of [current, base]) {
    console.error(`Building ${side === base ? "base" : "this"}`);
    await side.install(current);
    await side.build();
    await side.useBenchOf(current);
  }
  const tables = new Map<string, ComparedRow[]>();
  for (const comparison of chosen) {
    const sides = { base: base.benchFiles, this: current.benchFiles };
    const rows = await measurePairs(comparison, sides, options.pairs);
    for (const row of rows) console.error(summaryOf(row));
    tables.set(comparison.part, [...(tables.get(comparison.part) ?? []), ...rows]);
  }
  const describe = async (commit: string) => git(repository, "log", "-1", "--format=%h %s", commit);
  return [
    `Base: ${await describe(commits.base)}\nThis: ${await describe(commits.this)}`,
    `${renderMachine()}. ${options.pairs} pairs of alternating runs. The column *this is* has the median ratio of the pairs. For every figure, a ratio above 1 means that the working tree is better. Beside it are the lowest and the highest ratio. The columns *base* and *this* are medians.`,
    ...[...tables].map(([part, rows]) => renderComparison(part, rows)),
  ].join("\n\n");
}

function choose({ isPartChosen, sizes, seconds }: CompareOptions): Comparison[] {
  const all = [...transportComparisons, ...codecComparisons, ...liveComparisons(seconds)];
  return all.filter(({ part, size, onlyIfChosen }) => {
    if (!isPartChosen(part)) return false;
    return sizes ? size !== undefined && sizes.includes(size) : !onlyIfChosen;
  });
}

/**
 * A temporary folder that contains both worktrees and the temporary files of the measured processes. Disposing it
 * removes the worktrees and the folder. A signal that ends this process also removes them.
 */
class Place implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "compare-"));
  readonly #controller = new AbortController();
  readonly #checkouts: Checkout[] = [];

  constructor() {
    process.env.TMPDIR = this.folder;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        this[Symbol.dispose]();
        process.exit(130);
      });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  add(checkout: Checkout): Checkout {
    this.#checkouts.push(checkout);
    return checkout;
  }

  [Symbol.dispose](): void {
    this.#controller.abort();
    for (const checkout of this.#checkouts.splice(0)) checkout[Symbol.dispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
