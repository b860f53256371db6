import { reasonOf } from "../failure.ts";
import { fixed } from "../markdown.ts";
import { median } from "../statistics.ts";

/** Figures of one run. CPU time is in seconds per second. */
export interface Figures {
  /** Frames that arrived per second. */
  readonly perSecond: number;
  readonly senderCpu: number;
  readonly readerCpu: number;
  /** Frames that travelled in the socket. */
  readonly inSocket?: number;
  /** What carried the frames, such as `"shared memory (koffi)"`. */
  readonly via?: string;
}

/** A way to send frames. Its figures are one row of a table. */
export interface Candidate {
  readonly name: string;
  run(seconds: number): Promise<Figures>;
}

/** The medians of all runs of a candidate, or the reason why a run failed. */
export interface Row extends Partial<Figures> {
  readonly name: string;
  readonly failure?: string;
}

/**
 * Measures the candidates in rounds, so that a slowdown of the machine affects all of them. A candidate that fails is not
 * run again.
 */
export async function measureRounds(
  candidates: readonly Candidate[],
  runs: number,
  seconds: number,
): Promise<Row[]> {
  const measured = candidates.map((candidate) => ({ candidate, results: [] as Figures[], failure: "" }));
  for (let run = 0; run < runs; run++) {
    for (const runsOf of measured) {
      if (runsOf.failure) continue;
      try {
        runsOf.results.push(await runsOf.candidate.run(seconds));
      } catch (error) {
        runsOf.failure = reasonOf(error);
      }
    }
  }
  return measured.map(({ candidate: { name }, results, failure }) => {
    const row: Row = failure ? { name, failure } : { name, ...medians(results) };
    console.error(`${name.padEnd(36)} ${failure || `${fixed(row.perSecond)} frames per second`}`);
    return row;
  });
}

function medians(results: readonly Figures[]): Figures {
  const middle = (value: (figures: Figures) => number) => median(results.map(value));
  const [{ inSocket, via } = {}] = results;
  return {
    perSecond: middle(({ perSecond }) => perSecond),
    senderCpu: middle(({ senderCpu }) => senderCpu),
    readerCpu: middle(({ readerCpu }) => readerCpu),
    ...(inSocket !== undefined && { inSocket: middle(({ inSocket = Number.NaN }) => inSocket) }),
    ...(via !== undefined && { via }),
  };
}
