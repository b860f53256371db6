import { cpuOf } from "./live/cpu-of.ts";
import { type LiveResults, measureLives } from "./live/measure-lives.ts";
import { runLive } from "./live/run-live.ts";
import { fixed, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { median, percentile } from "./statistics.ts";

const reference = "reference system";
const lanes = [
  "broadcast-ipc raw",
  "broadcast-ipc JPEG, jpeg-turbo",
  "broadcast-ipc JPEG, sharp",
  "broadcast-ipc delta",
  reference,
];
const scenes = ["typing", "video"] as const;

const explanation = `Two processes. One captures 30 frames per second of 1920x1080 BGRA, a loop of 24 frames drawn beforehand; the other receives them one after the other as raw pixels and does nothing with them.
CPU time includes all threads. Age is the time from capture to delivery.
Bytes are the mean of all encoded frames of the run; a run of deltas begins with one key frame.
The reference system encodes a JPEG of quality 100 with plain sharp and sends it after its length on a \`net\` socket; one frame is in flight until the consumer has received it.`;

/** Measures frames from capture to consumer in each encoding. */
export async function runPipeline({ seconds = 10, isChosen }: BenchOptions): Promise<readonly string[]> {
  const tables: string[] = [];
  for (const scene of scenes) {
    const measured = await measureLives(lanes.filter(isChosen), (lane) =>
      runLive({ lane, fps: 30, busy: 0, scene }, seconds),
    );
    tables.push(renderScene(scene, measured));
  }
  return [explanation, ...tables];
}

function renderScene(scene: string, { results, failures }: LiveResults): string {
  const ofReference = results.get(reference);
  return table(
    `1080p, 30 frames per second, ${scene}`,
    [
      "lane",
      "delivered per second",
      "CPU ms per frame, source",
      "consumer",
      "both",
      "ratio to the reference",
      "age ms, p50",
      "p95",
      "kB per frame",
    ],
    lanes.flatMap((name) => {
      const failure = failures.get(name);
      if (failure !== undefined) return [[rowName(name, failure), ...Array<string>(8).fill("")]];
      const result = results.get(name);
      if (!result) return [];
      const { ages, times: handOvers } = result.consumed;
      const { source, consumer, both } = cpuOf(result);
      const { stats } = result.source;
      return [
        [
          name,
          fixed(perSecond(handOvers)),
          ...[source, consumer, both].map((value) => fixed(value, 2)),
          times(both, ofReference && cpuOf(ofReference).both),
          fixed(median(ages) / 1000),
          fixed(percentile(ages, 95) / 1000),
          stats ? fixed(stats.bytes / stats.video.encoded / 1000) : "",
        ],
      ];
    }),
  );
}

function perSecond(handOvers: readonly number[]): number {
  return ((handOvers.length - 1) * 1e6) / ((handOvers.at(-1) ?? 0) - (handOvers[0] ?? 0));
}
