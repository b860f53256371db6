import { cpuOf } from "./live/cpu-of.ts";
import { type LiveResults, measureLives } from "./live/measure-lives.ts";
import { runLive } from "./live/run-live.ts";
import { fixed, rowName, table, times } from "./markdown.ts";
import type { BenchOptions } from "./part.ts";
import { median, percentile } from "./statistics.ts";

const reference = "reference's way";
const lanes = [
  "broadcast-ipc raw",
  "broadcast-ipc JPEG, jpeg-turbo",
  "broadcast-ipc JPEG, sharp",
  "broadcast-ipc delta",
  reference,
];
const scenes = ["typing", "video"] as const;

const explanation = `Two processes. One captures 30 pictures a second, 1920x1080 BGRA, 24 that were drawn beforehand over and over; the other takes one after the other, as pixels, and does nothing with them.
Processor time is that of all threads; age is from capture to hand-over.
Bytes are those of encoded pictures, on average over the whole run, in which changes begin with a whole picture.
The reference's way is a JPEG of quality 100 by plain sharp, behind its length on a \`net\` socket, one in flight until its consumer has taken it.`;

/** Pictures from capture to consumer, in each encoding. */
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
    `1080p, 30 a second, ${scene}`,
    [
      "",
      "delivered a second",
      "CPU ms a picture, source",
      "consumer",
      "both",
      "of the reference's",
      "age ms, p50",
      "p95",
      "kB a picture",
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
