import { reasonOf } from "../failure.ts";
import { fixed } from "../markdown.ts";
import { percentile } from "../statistics.ts";
import { cpuOf } from "./cpu-of.ts";
import type { LiveResult } from "./run-live.ts";

/** The result of each lane, or the reason of its failure, by the name of the lane. */
export interface LiveResults {
  readonly results: ReadonlyMap<string, LiveResult>;
  readonly failures: ReadonlyMap<string, string>;
}

/** Measures the lanes one after the other. If a lane fails, the others continue. */
export async function measureLives(
  lanes: readonly string[],
  measure: (lane: string) => Promise<LiveResult>,
): Promise<LiveResults> {
  const results = new Map<string, LiveResult>();
  const failures = new Map<string, string>();
  for (const lane of lanes) {
    try {
      const result = await measure(lane);
      results.set(lane, result);
      const age = fixed(percentile(result.consumed.ages, 50) / 1000);
      console.error(`${lane.padEnd(32)} p50 ${age} ms, ${fixed(cpuOf(result).both)} ms CPU per frame`);
    } catch (error) {
      failures.set(lane, reasonOf(error));
      console.error(`${lane.padEnd(32)} failed: ${reasonOf(error)}`);
    }
  }
  return { results, failures };
}
