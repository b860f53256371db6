import { reasonOf } from "../failure.ts";
import { ComparedRow, type Side } from "./compared-row.ts";
import type { Comparison, Figure } from "./comparison.ts";

/** The bench's files of both commits, as URLs of folders. */
export type Sides = Readonly<Record<Side, URL>>;

/**
 * Runs a comparison so many times for each side, in turn, beginning with the other side each time. A side that fails
 * ends it after that pair, and the rows say why.
 */
export async function measurePairs(
  comparison: Comparison,
  sides: Sides,
  pairs: number,
): Promise<ComparedRow[]> {
  const rows = new Map<string, ComparedRow>();
  const failures: (readonly [Side, string])[] = [];
  for (let pair = 0; pair < pairs && failures.length === 0; pair++) {
    const figures: Partial<Record<Side, readonly Figure[]>> = {};
    for (const side of pair % 2 === 0 ? (["base", "this"] as const) : (["this", "base"] as const)) {
      try {
        figures[side] = await comparison.measure(sides[side]);
      } catch (error) {
        failures.push([side, reasonOf(error)]);
      }
    }
    addPair(rows, figures.base ?? [], figures.this ?? []);
  }
  if (rows.size === 0) rows.set(comparison.name, new ComparedRow(comparison.name, "more"));
  for (const row of rows.values()) for (const [side, reason] of failures) row.fail(side, reason);
  return [...rows.values()];
}

function addPair(rows: Map<string, ComparedRow>, base: readonly Figure[], current: readonly Figure[]): void {
  for (const { name, better } of [...base, ...current]) {
    if (!rows.has(name)) rows.set(name, new ComparedRow(name, better));
  }
  for (const row of rows.values()) {
    const named = (figures: readonly Figure[]) => figures.find(({ name }) => name === row.name);
    row.add(named(base), named(current));
  }
}
