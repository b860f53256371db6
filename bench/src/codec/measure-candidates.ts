import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { reasonOf } from "../failure.ts";
import { shuffler } from "../scenes/random.ts";
import { median } from "../statistics.ts";
import type { Candidate, Run } from "./candidate.ts";

/** The measurements of one candidate. */
export interface CandidateResult {
  readonly name: string;
  /** The median; NaN if the candidate failed. */
  readonly milliseconds: number;
  /** Bytes of the result. */
  readonly bytes: number;
  /** Why the candidate was not measured completely. */
  readonly failure?: string;
}

const warmUpRounds = 3;
const rounds = 9;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/**
 * Measures all candidates in rounds, so that a slowdown of the machine affects all of them. Each round has a different
 * order, so that no candidate always finds the caches as the same other one left them. Garbage is collected between
 * candidates: a 4K frame leaves 25 MB of garbage in plain sharp, which V8 would otherwise collect during the next
 * candidate, at a cost of about 10 ms.
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
