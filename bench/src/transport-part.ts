import { BareC } from "./bare-c.ts";
import type { Result } from "./order.ts";
import type { BenchOptions, Part } from "./part.ts";
import { peersFor } from "./peers/index.ts";
import { type Row, renderTransport } from "./render-transport.ts";
import { runPair } from "./run-pair.ts";
import { median, percentile } from "./statistics.ts";

/** Payload sizes, and how many messages of each the fastest and the slow peers send in a run. */
const sizes = [
  { label: "64 B", size: 64, count: 1_000_000, slow: 200_000 },
  { label: "4 KiB", size: 4096, count: 300_000, slow: 50_000 },
  { label: "200 kB", size: 200_000, count: 20_000, slow: 2_000 },
  { label: "3.1 MB", size: 3_110_400, count: 1_500, slow: 100 },
  { label: "8.3 MB", size: 8_294_400, count: 600, slow: 100 },
];
const slowPeers = new Set(["fork, advanced", "ws"]);
/** It takes seconds for each MB. */
const slowestPeer = "node-ipc 9.2.1";
const roundTrips = 20_000;

/** Messages from one process to another: the channel beside its peers. */
export const transportPart: Part = {
  name: "transport",
  title: "Transport",
  async run(options) {
    const rows: Row[] = [];
    for await (const row of measure(options)) {
      rows.push(row);
      report(row);
    }
    return renderTransport(rows);
  },
};

async function* measure({ runs, isChosen, isSizeChosen }: BenchOptions): AsyncGenerator<Row> {
  const bareC = await BareC.compile();
  for (const { label, size, count, slow } of sizes) {
    if (!isSizeChosen(label)) continue;
    const results = new Map<string, Result[]>();
    const seconds: number[] = [];
    const messages = (name: string) =>
      name === slowestPeer ? Math.max(5, slow / 20) : slowPeers.has(name) ? slow : count;
    // One run of each peer after the other: a machine that slows down does so for all of them.
    for (let run = 0; run < runs; run++) {
      if (bareC && isChosen("bare C loop")) seconds.push(await bareC.measure(size, count));
      for (const { name } of peersFor(size)) {
        if (!isChosen(name) || (name === slowestPeer && run > 0)) continue;
        try {
          const result = await runPair({ peer: name, kind: "throughput", size, count: messages(name) });
          results.set(name, [...(results.get(name) ?? []), result]);
        } catch (error) {
          console.error(`${name}, ${label}: ${(error as Error).message}`);
        }
      }
    }
    if (seconds.length > 0) yield { peer: "bare C loop", label, size, perSecond: count / median(seconds) };
    for (const [name, ofPeer] of results) yield summarize(name, label, size, messages(name), ofPeer);
  }
  for (const { name } of peersFor(64)) {
    if (!isChosen(name) || !isSizeChosen("64 B")) continue;
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(
        ...(await runPair({ peer: name, kind: "round trip", size: 64, count: roundTrips })).roundTrips,
      );
    }
    yield { peer: name, label: "round trip", size: 64, p50: median(times), p99: percentile(times, 99) };
  }
  if (isChosen("broadcast-ipc")) {
    const { sender, receiver } = await runPair({
      peer: "broadcast-ipc",
      kind: "stall",
      size: 8_294_400,
      count: 100,
    });
    yield {
      peer: "broadcast-ipc",
      label: "stalled reader",
      size: 8_294_400,
      senderMemory: sender.peakMemory - sender.idleMemory,
      receiverMemory: receiver.peakMemory - receiver.idleMemory,
    };
  }
  await bareC?.dispose();
}

function summarize(
  peer: string,
  label: string,
  size: number,
  count: number,
  results: readonly Result[],
): Row {
  const gigabytes = (count * size) / 1e9;
  const middle = (value: (result: Result) => number) => median(results.map(value));
  return {
    peer,
    label,
    size,
    perSecond: count / middle(({ seconds }) => seconds),
    senderCpu: middle(({ sender }) => sender.cpuSeconds) / gigabytes,
    receiverCpu: middle(({ receiver }) => receiver.cpuSeconds) / gigabytes,
    senderMemory: middle(({ sender }) => sender.peakMemory - sender.idleMemory),
    receiverMemory: middle(({ receiver }) => receiver.peakMemory - receiver.idleMemory),
  };
}

function report(row: Row): void {
  const figure = row.perSecond
    ? `${Math.round(row.perSecond).toLocaleString("en")} a second`
    : row.p50
      ? `p50 ${row.p50.toFixed(1)} µs`
      : "done";
  console.error(`${row.label.padEnd(10)} ${row.peer.padEnd(18)} ${figure}`);
}
