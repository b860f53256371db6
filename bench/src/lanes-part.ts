import { reasonOf } from "./failure.ts";
import { measureDemand } from "./live/measure-demand.ts";
import { measureLives } from "./live/measure-lives.ts";
import { type LiveResult, runLive } from "./live/run-live.ts";
import { fixed, megabytes, rowName, table } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { renderAccount } from "./render-account.ts";
import { measureSound } from "./sound/measure-sound.ts";
import { percentile } from "./statistics.ts";

const alone = "source alone";
const rows = [
  alone,
  "broadcast-ipc raw",
  "broadcast-ipc JPEG",
  "zeromq, marks of 1",
  "ws, paced",
  "ws, nothing awaited",
  "send loop, nothing awaited",
];

const explanation = `Two processes. One captures 60 pictures a second, 1920x1080 BGRA of 8.3 MB, into recycled buffers; the other is busy with each picture for 100 ms.
Age is from capture to hand-over, on the clock that both share; where JPEG was sent, it is decoded by then.
*Waiting* are pictures that were captured, and neither delivered nor given up for newer ones, a second after the end. Memory is the most that was resident above what was before the first picture; *buffers* is how many the capturer had to allocate.

- *zeromq* is PUSH and PULL with high-water marks of 1, *ws, paced* sends when the message before has left, and its consumer stops the socket while it is busy; before both is a slot in which only the newest picture waits, written by hand.
- zeromq sends from the picture's own memory and does not say when it is done with it, so what was sent is not recycled.
- *Nothing awaited* sends every picture when it is captured: on a WebSocket, whose consumer takes what comes, and on an \`IPCChannel\`, whose consumer reads one after the other.
- Where a process is more than 2 GB above idle, capturing stops: the table says when.`;

/** Pictures to a consumer who is slower than their source. */
export async function runLanes(options: BenchOptions): Promise<readonly string[]> {
  const { results, failures } = await measureLives(rows.filter(options.isChosen), (lane) =>
    runLive({ lane, fps: 60, busy: 100, scene: "ring" }, options.seconds ?? 20),
  );
  const accounts = [...results].flatMap(([name, result]) => renderAccount(name, result) ?? []);
  const demand = options.isChosen("demand")
    ? await measureDemand(options.seconds ?? 20).catch(notMeasured("Demand"))
    : [];
  const sound = await measureSound(options).catch(notMeasured("Sound"));
  return [
    explanation,
    renderTable(results, failures),
    ...(accounts.length > 0 ? ["Every picture of the whole run accounted for:", accounts.join("\n")] : []),
    ...demand,
    ...sound,
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
    "A consumer that is busy for 100 ms with each picture",
    [
      "",
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
          String(captured.pictures),
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
