import { reasonOf } from "../failure.ts";
import { ComparedRow, type Side } from "./compared-row.ts";
import type { Comparison, Figure } from "./comparison.ts";

/** URLs of the folders with the bench files of both commits. */
export type Sides = Readonly<Record<Side, URL>>;

/**
 * Runs a comparison alternately on both sides, in pairs. The side that runs first changes with each pair. If a side
 * fails, the comparison ends after that pair, and the rows contain the reason.
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
