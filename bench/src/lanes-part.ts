import { measureAudio } from "./audio/measure-audio.ts";
import { reasonOf } from "./failure.ts";
import { measureDemand } from "./live/measure-demand.ts";
import { measureLives } from "./live/measure-lives.ts";
import { type LiveResult, runLive } from "./live/run-live.ts";
import { fixed, megabytes, rowName, table } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { renderAccount } from "./render-account.ts";
import { percentile } from "./statistics.ts";

const alone = "source alone";
const rows = [
  alone,
  "broadcast-ipc raw",
  "broadcast-ipc JPEG",
  "zeromq, high-water mark 1",
  "ws, paced",
  "ws, no await",
  "send() loop, no await",
];

const explanation = `Two processes. One captures 60 frames per second of 1920x1080 BGRA (8.3 MB) into reused buffers; the other is busy for 100 ms with each frame.
Age is the time from capture to delivery, on a clock that both processes share; it includes decoding where JPEG was sent.
*Waiting* is the number of frames that were captured but neither delivered nor replaced, one second after the end. Memory is the peak of resident memory above that before the first frame; *buffers* is the number of buffers that the capturer allocated.

- *zeromq* is PUSH and PULL with high-water marks of 1. *ws, paced* sends a message when the previous one was written, and its consumer pauses the socket while it is busy. In front of both is a hand-written slot that keeps only the newest waiting frame.
- zeromq sends from the frame's own memory and does not report when it is done, so sent buffers are not reused.
- *No await* sends every frame as soon as it is captured: on a WebSocket, whose consumer reads frames as they arrive, and on an \`IPCChannel\`, whose consumer reads one after the other.
- Capturing stops when a process uses more than 2 GB above idle; the table shows when.`;

/** Measures frames that are sent to a consumer that is slower than their source. */
export async function runLanes(options: BenchOptions): Promise<readonly string[]> {
  const { results, failures } = await measureLives(rows.filter(options.isChosen), (lane) =>
    runLive({ lane, fps: 60, busy: 100, scene: "ring" }, options.seconds ?? 20),
  );
  const accounts = [...results].flatMap(([name, result]) => renderAccount(name, result) ?? []);
  const demand = options.isChosen("demand")
    ? await measureDemand(options.seconds ?? 20).catch(notMeasured("Demand"))
    : [];
  const audio = await measureAudio(options).catch(notMeasured("Audio"));
  return [
    explanation,
    renderTable(results, failures),
    ...(accounts.length > 0 ? ["The counts of every frame of the whole run:", accounts.join("\n")] : []),
    ...demand,
    ...audio,
  ];
}

function notMeasured(what: string): (error: Error) => readonly string[] {
  return (error) => {
    console.error(`${what}: ${reasonOf(error)}`);
    return [`${what} was not measured: ${reasonOf(error)}.`];
  };
}

function renderTable(
  results: ReadonlyMap<string, LiveResult>,
  failures: ReadonlyMap<string, string>,
): string {
  const ofSource = results.get(alone)?.captured.peakMemory;
  return table(
    "A consumer that is busy for 100 ms with each frame",
    [
      "lane",
      "captured",
      "delivered",
      "age ms, p50",
      "p95",
      "max",
      "waiting",
      "memory, source",
      "above the source alone",
      "consumer",
      "buffers",
      "stopped after",
    ],
    rows.flatMap((name) => {
      const failure = failures.get(name);
      if (failure !== undefined) return [[rowName(name, failure), ...Array<string>(11).fill("")]];
      const result = results.get(name);
      if (!result) return [];
      const { captured, consumed, source, consumer } = result;
      const age = (percent: number) => fixed(percentile(consumed.ages, percent) / 1000);
      const isAlone = name === alone;
      const replaced = source.stats?.video.replaced ?? source.replaced ?? 0;
      return [
        [
          name,
          String(captured.frames),
          isAlone ? "" : String(consumed.ages.length),
          ...[age(50), age(95), age(100)],
          isAlone ? "" : String(source.offered - replaced - consumer.delivered),
          megabytes(captured.peakMemory),
          isAlone || ofSource === undefined ? "" : megabytes(captured.peakMemory - ofSource),
          isAlone ? "" : megabytes(consumed.peakMemory),
          String(source.allocated),
          captured.stoppedAfter === undefined ? "" : `${fixed(captured.stoppedAfter)} s`,
        ],
      ];
    }),
  );
}
