import { shuffler } from "../scenes/random.ts";
import { median } from "../statistics.ts";
import type { Candidate } from "./jpeg-candidates.ts";

/** What was measured of one candidate. */
export interface CandidateResult {
  readonly name: string;
  /** Median. */
  readonly milliseconds: number;
  /** Of what it made. */
  readonly bytes: number;
}

const warmUpRounds = 3;
const rounds = 9;

/**
 * Rounds of all candidates: a machine that slows down does so for all of them. Each round has an order of its own, so that
 * nobody always cleans up, or finds the caches as left, after the same one.
 */
export async function measureCandidates(candidates: readonly Candidate[]): Promise<CandidateResult[]> {
  const results = candidates.map((candidate) => ({ candidate, durations: [] as number[], bytes: 0 }));
  const shuffle = shuffler(1);
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const result of shuffle(results)) {
      const start = performance.now();
      const made = await result.candidate.run();
      if (round >= warmUpRounds) result.durations.push(performance.now() - start);
      result.bytes = made.length;
    }
  }
  return results.map(({ candidate, durations, bytes }) => ({
    name: candidate.name,
    milliseconds: median(durations),
    bytes,
  }));
}
