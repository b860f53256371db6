import { type LiveResult, runLive } from "./live/run-live.ts";
import { fixed, table, times } from "./markdown.ts";
import type { BenchOptions, Part } from "./part.ts";
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
export const pipelinePart: Part = {
  name: "pipeline",
  title: "End to end",
  async run(options) {
    const tables: string[] = [];
    for (const scene of scenes) tables.push(renderScene(scene, await measure(scene, options)));
    return [explanation, ...tables];
  },
};

async function measure(
  scene: (typeof scenes)[number],
  { seconds = 10, isChosen }: BenchOptions,
): Promise<Map<string, LiveResult>> {
  const results = new Map<string, LiveResult>();
  for (const lane of lanes) {
    if (!isChosen(lane)) continue;
    try {
      const result = await runLive({ lane, fps: 30, busy: 0, scene }, seconds);
      results.set(lane, result);
      console.error(`${scene.padEnd(8)} ${lane.padEnd(32)} ${fixed(cpu(result).both)} ms CPU a picture`);
    } catch (error) {
      console.error(`${lane}: ${(error as Error).message}`);
    }
  }
  return results;
}

function renderScene(scene: string, results: ReadonlyMap<string, LiveResult>): string {
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
    [...results].map(([name, result]) => {
      const { ages, times: handOvers } = result.consumed;
      const { source, consumer, both } = cpu(result);
      const { stats } = result.source;
      return [
        name,
        fixed(perSecond(handOvers)),
        ...[source, consumer, both].map((value) => fixed(value, 2)),
        times(both, ofReference && cpu(ofReference).both),
        fixed(median(ages) / 1000),
        fixed(percentile(ages, 95) / 1000),
        stats ? fixed(stats.bytes / stats.video.encoded / 1000) : "",
      ];
    }),
  );
}

/** Processor time for each delivered picture, in ms. */
function cpu({ captured, consumed }: LiveResult): Record<"source" | "consumer" | "both", number> {
  const [source, consumer] = [captured, consumed].map(
    ({ cpuSeconds }) => (cpuSeconds * 1000) / consumed.ages.length,
  ) as [number, number];
  return { source, consumer, both: source + consumer };
}

function perSecond(handOvers: readonly number[]): number {
  return ((handOvers.length - 1) * 1e6) / ((handOvers.at(-1) ?? 0) - (handOvers[0] ?? 0));
}
