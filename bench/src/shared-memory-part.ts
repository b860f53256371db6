import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { cpuOf } from "./live/cpu-of.ts";
import { measureLives } from "./live/measure-lives.ts";
import { runLive } from "./live/run-live.ts";
import { fixed, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import type { FrameParameters, Look } from "./shared-memory/frame-parameters.ts";
import { runGStreamer } from "./shared-memory/gstreamer.ts";
import { type Candidate, measureRounds, type Row } from "./shared-memory/rounds.ts";
import { runFrames } from "./shared-memory/run-frames.ts";
import { median, percentile } from "./statistics.ts";

const node = process.env.BENCH_NODE || process.execPath;
const gstreamer = "GStreamer shmsink → shmsrc";
const ours = ["shared memory, filled in place", "shared memory, one copy", "socket"] as const;
const idle = "nothing";
const lanes = ["broadcast-ipc raw", "broadcast-ipc raw, shared memory"];

const readers = {
  none: "a reader that does not touch the pixels",
  copy: "a reader that copies each frame",
} satisfies Partial<Record<Look, string>>;
const hd = { width: 1920, height: 1080, slots: 16, ahead: 2 };
const uhd = { width: 3840, height: 2160, slots: 8, ahead: 4, fps: 60 };

/** Measures frames between two processes in shared memory, beside GStreamer and beside the socket. */
export async function runSharedMemory(options: BenchOptions): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(node, ["--version"]);
  const fast = options.isSizeChosen("8.3 MB") ? await measureFast(options) : [];
  const paced = options.isSizeChosen("33 MB") ? await measurePaced(options) : [];
  const lives = options.isSizeChosen("live") ? await measureUploads(options) : [];
  const rows = [...fast.flatMap(({ rows }) => rows), ...paced];
  const vias = new Set(rows.flatMap(({ via }) => (via === undefined || via === "socket" ? [] : [via])));
  return [
    explain(stdout.trim().replace(/^v/, ""), [...vias].join(", ") || "not measured"),
    ...fast.map(({ reader, rows }) => renderFast(readers[reader], rows)),
    ...(paced.length > 0 ? [renderPaced(paced)] : []),
    ...lives,
  ];
}

function explain(version: string, via: string): string {
  return `Two processes each; medians. Ours run on Node ${version}, with ${via}. Shared memory needs Node 22 or later: set the environment variable \`BENCH_NODE\` to one if the bench itself runs on Node 20.

- *Filled in place*: the source writes into memory of \`channel.allocate()\`, which is sent without a copy. *One copy*: \`channel.send()\` copies an ordinary \`Uint8Array\` into shared memory. GStreamer's \`fakesrc\` also has memory of its own, which \`shmsink\` copies.
- The reader answers each frame with a short message after it has disposed it, and the sender leaves at most ${hd.ahead} frames of 1080p, or ${uhd.ahead} of 4K, unanswered. The region has room for ${hd.slots} frames of 1080p or ${uhd.slots} of 4K.
- *In the socket* is the number of frames of one run that did not travel in shared memory, because there was no room or because the reader had not mapped the region yet.
- No source draws anything. Ours writes one byte of each frame, a counter.
- GStreamer's shared memory has room for 12 frames. Its reader copies with \`videocrop\`, and \`fpsdisplaysink\` counts its frames.`;
}

async function measureFast({ runs, seconds = 5, isChosen }: BenchOptions) {
  const tables: { readonly reader: keyof typeof readers; readonly rows: Row[] }[] = [];
  for (const reader of ["none", "copy"] as const) {
    console.error(`1080p, ${readers[reader]}`);
    const candidates: Candidate[] = [
      { name: gstreamer, run: (seconds) => runGStreamer(reader, seconds) },
      ...ours.map((way) => ({ name: way, run: frames({ ...hd, way, look: reader }) })),
    ];
    const chosen = candidates.filter(({ name }) => isChosen(name));
    tables.push({ reader, rows: await measureRounds(chosen, runs, seconds) });
  }
  return tables;
}

async function measurePaced({ runs, seconds = 10, isChosen }: BenchOptions): Promise<Row[]> {
  console.error("4K, 60 frames per second");
  const candidates = [...ours.filter(isChosen), idle] as const;
  return await measureRounds(
    candidates.map((way) => ({ name: way, run: frames({ ...uhd, way, look: "rows" }) })),
    runs,
    seconds,
  );
}

function frames(parameters: Omit<FrameParameters, "path" | "node">): Candidate["run"] {
  return (seconds) => runFrames({ ...parameters, node }, seconds);
}

function renderFast(reader: string, rows: readonly Row[]): string {
  const ofGStreamer = rows.find(({ name }) => name === gstreamer)?.perSecond;
  const ofSocket = rows.find(({ name }) => name === "socket")?.perSecond;
  return table(
    `1080p BGRA (8.3 MB) as fast as possible, ${reader}`,
    [
      "",
      "frames per second",
      "GB/s",
      "ratio to GStreamer",
      "ratio to the socket",
      "CPU ms per frame, sender",
      "reader",
      "in the socket",
    ],
    rows.map(({ name, failure, perSecond = Number.NaN, senderCpu, readerCpu, inSocket }) => [
      rowName(name, failure),
      fixed(perSecond, 0),
      fixed((perSecond * hd.width * hd.height * 4) / 1e9, 2),
      name === gstreamer ? "" : times(perSecond, ofGStreamer),
      name === "socket" ? "" : times(perSecond, ofSocket),
      fixed(senderCpu && (senderCpu * 1000) / perSecond, 2),
      fixed(readerCpu && (readerCpu * 1000) / perSecond, 2),
      name === "socket" ? "all" : fixed(inSocket, 0),
    ]),
  );
}

function renderPaced(rows: readonly Row[]): string {
  const loop = rows.find(({ name }) => name === idle) ?? { name: idle };
  const percent = (cpu: number | undefined, ofLoop: number | undefined) =>
    ((cpu ?? Number.NaN) - (ofLoop ?? Number.NaN)) * 100;
  const body = rows.flatMap((row) => {
    if (row === loop) return [];
    const sender = percent(row.senderCpu, loop.senderCpu);
    const reader = percent(row.readerCpu, loop.readerCpu);
    return [
      [
        rowName(row.name, row.failure),
        fixed(row.perSecond),
        ...[sender + reader, sender, reader].map((value) => fixed(value)),
        row.name === "socket" ? "all" : fixed(row.inSocket, 0),
      ],
    ];
  });
  const title = "4K BGRA (33 MB), 60 frames per second, a reader that looks at one pixel of each row";
  const head = ["", "frames per second", "CPU % of a core, both", "sender", "reader", "in the socket"];
  const ofLoop = fixed(percent(loop.senderCpu, 0) + percent(loop.readerCpu, 0));
  const note = `CPU is above that of the same processes when only the sender's timer runs: ${ofLoop} % of a core for both.`;
  return `${table(title, head, body)}\n\n${note}`;
}

/** Measures an uploader and a receiver, with and without shared memory. */
async function measureUploads({ seconds = 10, isChosen }: BenchOptions): Promise<string[]> {
  const { results, failures } = await measureLives(lanes.filter(isChosen), (lane) =>
    runLive({ lane, fps: 30, busy: 0, scene: "typing", node }, seconds),
  );
  const [ofSocket] = [...results.values()];
  const rows = lanes.flatMap((name) => {
    const failure = failures.get(name);
    if (failure !== undefined) return [[rowName(name, failure), "", "", "", "", "", "", ""]];
    const result = results.get(name);
    if (!result) return [];
    const { source, consumer, both } = cpuOf(result);
    const { ages } = result.consumed;
    const { video, payloads } = result.source.stats ?? {};
    const inSocket = video && payloads && video.sent - payloads.sent.messages;
    return [
      [
        name,
        String(ages.length),
        ...[source, consumer, both].map((value) => fixed(value, 2)),
        times(both, ofSocket && cpuOf(ofSocket).both),
        fixed(median(ages) / 1000),
        fixed(percentile(ages, 95) / 1000),
        payloads ? fixed(inSocket, 0) : "all",
      ],
    ];
  });
  if (rows.length === 0) return [];
  const head = [
    "lane",
    "delivered",
    "CPU ms per frame, source",
    "consumer",
    "both",
    "ratio to the socket",
    "age ms, p50",
    "p95",
    "in the socket",
  ];
  return [table(`An uploader and a receiver, raw 1080p, 30 frames per second, for ${seconds} s`, head, rows)];
}
