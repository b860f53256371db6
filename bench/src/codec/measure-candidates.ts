import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { reasonOf } from "../failure.ts";
import { shuffler } from "../scenes/random.ts";
import { median } from "../statistics.ts";
import type { Candidate, Run } from "./candidate.ts";

/** The measurements of one candidate. */
export interface CandidateResult {
  readonly name: string;
  /** Median duration. NaN if the candidate failed. */
  readonly milliseconds: number;
  /** Size of the result. */
  readonly bytes: number;
  /** Reason of the failure. Absent if the candidate did not fail. */
  readonly failure?: string;
}

const warmUpRounds = 3;
const rounds = 9;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * Measures all candidates in rounds, so that a slowdown of the machine affects all of them. The order of the candidates
 * changes with each round, so that no candidate always follows the same one. Garbage is collected between candidates:
 * plain sharp leaves 25 MB of garbage per 4K frame, and V8 would otherwise spend about 10 ms on it during the next
 * candidate.
 * A candidate that fails is left out of further rounds.
 */
export async function measureCandidates(candidates: readonly Candidate[]): Promise<CandidateResult[]> {
  const entries = candidates.map((candidate) => new Entry(candidate));
  for (const entry of entries) await entry.open();
  const shuffle = shuffler(1);
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const entry of shuffle(entries)) await entry.run(round >= warmUpRounds);
  }
  return entries.map(({ result }) => result);
}

class Entry {
  readonly #candidate: Candidate;
  readonly #durations: number[] = [];
  #run: Run | undefined;
  #bytes = 0;
  #failure: string | undefined;

  constructor(candidate: Candidate) {
    this.#candidate = candidate;
  }

  get result(): CandidateResult {
    const figures = { name: this.#candidate.name, milliseconds: median(this.#durations), bytes: this.#bytes };
    return this.#failure === undefined ? figures : { ...figures, failure: this.#failure };
  }

  async open(): Promise<void> {
    try {
      this.#run = await this.#candidate.open();
    } catch (error) {
      this.#fail(error);
    }
  }

  async run(counts: boolean): Promise<void> {
    if (!this.#run) return;
    collectGarbage();
    try {
      const start = performance.now();
      const { length } = await this.#run();
      if (counts) this.#durations.push(performance.now() - start);
      this.#bytes = length;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#run = undefined;
    this.#failure = reasonOf(error);
    console.error(`${this.#candidate.name} failed: ${this.#failure}`);
  }
}
