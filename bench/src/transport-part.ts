import { BareC } from "./bare-c.ts";
import { reasonOf } from "./failure.ts";
import type { PairParameters, Result } from "./pair-parameters.ts";
import type { BenchOptions } from "./part.ts";
import { peerNames } from "./peers/index.ts";
import { type Row, renderTransport } from "./render-transport.ts";
import { runPair } from "./run-pair.ts";
import { median, percentile } from "./statistics.ts";
import { roundTrips, type TransportSize, transportSizes } from "./transport-sizes.ts";

const slowPeers = new Set(["fork, advanced", "ws"]);
/** Peers that need seconds to send 1 MB. */
const slowestPeers = new Set(["node-ipc 9.2.1", "node-ipc 14.0.0"]);
const cLoop = "bare C loop";
const ours = "broadcast-ipc";

/** The results of a peer's runs, and the reason if a run failed. */
interface Runs<T> {
  readonly results: T[];
  failure?: string;
}

/**
 * Measures messages between two processes, with this project's channel and with each of the other transports. A peer that
 * fails affects only its own row.
 */
export async function runTransport(options: BenchOptions): Promise<readonly string[]> {
  const rows: Row[] = [];
  for await (const row of measure(options)) {
    rows.push(row);
    report(row);
  }
  return renderTransport(rows);
}

async function* measure(options: BenchOptions): AsyncGenerator<Row> {
  for (const size of transportSizes) {
    if (options.isSizeChosen(size.label)) yield* measureSize(size, options);
  }
  if (options.isSizeChosen("64 B")) {
    for (const name of peerNames)
      if (options.isChosen(name)) yield await measureRoundTrips(name, options.runs);
  }
  if (options.isChosen(ours)) yield await measureStall();
}

/** Runs all peers in rounds, so that a slowdown of the machine affects all of them. */
async function* measureSize(chosen: TransportSize, { runs, isChosen }: BenchOptions): AsyncGenerator<Row> {
  const { label, size, count, slow } = chosen;
  const messages = (name: string) =>
    slowestPeers.has(name) ? Math.max(5, slow / 20) : slowPeers.has(name) ? slow : count;
  const ofC: Runs<number> = { results: [] };
  const ofPeers = new Map(peerNames.filter(isChosen).map((name) => [name, { results: [] } as Runs<Result>]));
  const bareC = isChosen(cLoop) ? await BareC.compile() : undefined;
  if (!bareC) ofC.failure = "there is no C compiler";
  for (let run = 0; run < runs; run++) {
    if (bareC) await attempt(ofC, () => bareC.measure(size, count));
    for (const [peer, ofPeer] of ofPeers) {
      if (slowestPeers.has(peer) && run > 0) continue;
      await attempt(ofPeer, () => runPair({ peer, kind: "throughput", size, count: messages(peer) }));
    }
  }
  await bareC?.dispose();
  if (isChosen(cLoop))
    yield { peer: cLoop, label, size, ...failureOf(ofC), perSecond: count / median(ofC.results) };
  for (const [peer, ofPeer] of ofPeers) {
    yield { peer, label, size, ...failureOf(ofPeer), ...summarize(size, messages(peer), ofPeer.results) };
  }
}

async function measureRoundTrips(peer: string, runs: number): Promise<Row> {
  const parameters = { peer, kind: "round trip", size: 64, count: roundTrips } as const;
  const ofPeer: Runs<Result> = { results: [] };
  for (let run = 0; run < runs; run++) await attempt(ofPeer, () => runPair(parameters));
  const times = ofPeer.results.flatMap((result) => result.roundTrips);
  const figures = { p50: median(times), p99: percentile(times, 99) };
  return { peer, label: "round trip", size: 64, ...failureOf(ofPeer), ...figures };
}

async function measureStall(): Promise<Row> {
  const parameters: Omit<PairParameters, "path"> = { peer: ours, kind: "stall", size: 8_294_400, count: 100 };
  const ofPeer: Runs<Result> = { results: [] };
  await attempt(ofPeer, () => runPair(parameters));
  const figures = memoryOf(ofPeer.results);
  return { peer: ours, label: "stalled reader", size: parameters.size, ...failureOf(ofPeer), ...figures };
}

/** Runs a peer and records its result or failure. Does nothing if the peer has failed before. */
async function attempt<T>(runs: Runs<T>, run: () => Promise<T>): Promise<void> {
  if (runs.failure !== undefined) return;
  try {
    runs.results.push(await run());
  } catch (error) {
    runs.failure = reasonOf(error);
  }
}

function failureOf({ failure }: Runs<unknown>): Pick<Row, "failure"> {
  return failure === undefined ? {} : { failure };
}

function summarize(size: number, count: number, results: readonly Result[]): Partial<Row> {
  const gigabytes = (count * size) / 1e9;
  const middle = (value: (result: Result) => number) => median(results.map(value));
  return {
    perSecond: count / middle(({ seconds }) => seconds),
    senderCpu: middle(({ sender }) => sender.cpuSeconds) / gigabytes,
    receiverCpu: middle(({ receiver }) => receiver.cpuSeconds) / gigabytes,
    ...memoryOf(results),
  };
}

function memoryOf(results: readonly Result[]): Required<Pick<Row, "senderMemory" | "receiverMemory">> {
  const middle = (end: "sender" | "receiver") =>
    median(results.map(({ [end]: usage }) => usage.peakMemory - usage.idleMemory));
  return { senderMemory: middle("sender"), receiverMemory: middle("receiver") };
}

function report({ label, peer, perSecond, p50, failure }: Row): void {
  const figure = perSecond
    ? `${Math.round(perSecond).toLocaleString("en")} per second`
    : p50
      ? `p50 ${p50.toFixed(1)} µs`
      : "";
  const reason = failure === undefined ? "" : `failed: ${failure}`;
  console.error(`${label.padEnd(14)} ${peer.padEnd(38)} ${[figure, reason].filter(Boolean).join("; ")}`);
}
