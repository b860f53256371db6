import { reasonOf } from "./failure.ts";
import type { LiveKitParameters } from "./livekit/livekit-parameters.ts";
import { type LiveKitResult, runLiveKit } from "./livekit/run-livekit.ts";
import { fixed, megabytes, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { XDisplay } from "./screen/x-display.ts";
import { median, percentile } from "./statistics.ts";

type Job = Pick<LiveKitParameters, "source" | "format">;

const jobs: readonly Job[] = [
  { source: "screen", format: "BGRX" },
  { source: "screen", format: "I420" },
  { source: "generated", format: "BGRX" },
  { source: "generated", format: "I420" },
];

const titles = {
  screen: "A 1080p screen, 30 frames per second, grabbed by ffmpeg",
  generated: "A ready-made 1080p frame, 30 times per second: transport and hand-over only",
};

const explanation = `The cost of a published stream on this machine, without LiveKit's encoder and network. The measured path begins at a captured frame and ends at a \`VideoSource\` of @livekit/rtc-node. The source is not published, so nothing is encoded.

- *broadcast-ipc*: a capture process with a \`BroadcastUploader\`, a unix socket, and a publisher process with a \`BroadcastReceiver\` and a \`LiveKitPublisher\`. The room is a stand-in with one viewer.
- *by hand*: one process that passes each frame straight to \`captureFrame\`. If the capture crashes or stalls, so does the publisher.
- CPU is in ms per frame, of all threads; 10 ms are 30 % of a core. *ffmpeg* grabs the screen, and for I420 also converts it. The X server is not counted. *Ours* is the difference from the same job by hand.
- Age is the time from the arrival of the whole frame in the capturing process to the return of \`captureFrame\`. The library converts BGRX to I420 in that call.
- Memory is resident memory at the beginning and at the end of the measured time. \`--seconds 600\` measures ten minutes.`;

/** Measures the cost of a stream that is published to a LiveKit room, beside the same job by hand in one process. */
export async function runLiveKitPart({ seconds = 20, isChosen }: BenchOptions): Promise<readonly string[]> {
  const tables: string[] = [`${explanation}\n\nMeasured for ${seconds} s each.`];
  for (const source of ["screen", "generated"] as const) {
    const rows: string[][] = [];
    for (const job of jobs.filter((job) => job.source === source)) {
      rows.push(...(await measureJob(job, seconds, isChosen)));
    }
    if (rows.length > 0) tables.push(table(titles[source], head, rows));
  }
  return tables;
}

async function measureJob(
  job: Job,
  seconds: number,
  isChosen: BenchOptions["isChosen"],
): Promise<readonly string[][]> {
  const rows: string[][] = [];
  let byHand: LiveKitResult | undefined;
  for (const way of ["by hand", "broadcast-ipc"]) {
    const name = `${job.source} ${job.format}, ${way}`;
    if (!isChosen(name)) continue;
    try {
      const result = await measure(job, way === "by hand", seconds);
      if (way === "by hand") byHand = result;
      const { frames, ages } = result.published;
      console.error(
        `${name.padEnd(32)} ${fixed(frames / seconds)} frames per second, p50 ${fixed(median(ages) / 1000)} ms, ${fixed(cpuOf(result).all)} ms CPU per frame`,
      );
      rows.push([name, ...cells(result, seconds, way === "by hand" ? undefined : byHand)]);
    } catch (error) {
      console.error(`${name.padEnd(32)} failed: ${reasonOf(error)}`);
      rows.push([rowName(name, reasonOf(error)), ...Array<string>(head.length - 1).fill("")]);
    }
  }
  return rows;
}

async function measure(job: Job, isByHand: boolean, seconds: number): Promise<LiveKitResult> {
  if (job.source === "generated") return runLiveKit({ ...job, display: undefined, isByHand }, seconds);
  await using display = await XDisplay.open();
  return await runLiveKit({ ...job, display: display.name, isByHand }, seconds);
}

const head = [
  "",
  "frames per second",
  "CPU: ffmpeg",
  "capture process",
  "publisher process",
  "all",
  "ours",
  "all, ratio to by hand",
  "age ms, p50",
  "p95",
  "memory: capture process",
  "publisher process",
];

function cells(result: LiveKitResult, seconds: number, byHand: LiveKitResult | undefined): string[] {
  const { captured, published } = result;
  const { ffmpeg, capture, publisher, all } = cpuOf(result);
  const ofHand = byHand && cpuOf(byHand).all;
  return [
    fixed(published.frames / seconds),
    ffmpeg === 0 ? "" : fixed(ffmpeg, 2),
    fixed(capture, 2),
    fixed(publisher, 2),
    fixed(all, 2),
    fixed(ofHand === undefined ? undefined : all - ofHand, 2),
    times(all, ofHand),
    fixed(median(published.ages) / 1000),
    fixed(percentile(published.ages, 95) / 1000),
    memory(captured),
    memory(published),
  ];
}

/** Returns the CPU time per frame in ms. */
function cpuOf({ captured, published }: LiveKitResult) {
  const perFrame = (seconds: number) => (seconds * 1000) / published.frames;
  const ffmpeg = perFrame((captured ?? published).programCpuSeconds);
  const capture = captured && perFrame(captured.cpuSeconds);
  const publisher = perFrame(published.cpuSeconds);
  return { ffmpeg, capture, publisher, all: ffmpeg + (capture ?? 0) + publisher };
}

function memory(figures: { memoryAtStart: number; memoryAtEnd: number } | undefined): string {
  return figures === undefined
    ? ""
    : `${megabytes(figures.memoryAtStart)} → ${megabytes(figures.memoryAtEnd)}`;
}
