import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "../failure.ts";
import { BenchProcess } from "../live/bench-process.ts";
import { fixed, rowName, table } from "../markdown.ts";
import type { BenchOptions } from "../part.ts";
import { ownFolder } from "../run-pair.ts";
import { percentile } from "../statistics.ts";
import type { Heard } from "./hear.ts";
import { soundLaneNames } from "./lanes.ts";
import { stretchMs } from "./sound-lane.ts";

const warmUpTime = 1000;
/** How often to wait for the first sound before giving up. */
const patience = 20;

/** Sound beside as many pictures as there is room for; a table of Markdown. */
export async function measureSound({ seconds = 60, isChosen }: BenchOptions): Promise<readonly string[]> {
  const rows: string[][] = [];
  for (const name of soundLaneNames) {
    if (!isChosen(`${name}, sound`)) continue;
    try {
      rows.push(renderRow(name, await hear(name, seconds), seconds));
    } catch (error) {
      console.error(`${name}, sound: failed: ${reasonOf(error)}`);
      rows.push([rowName(name, reasonOf(error)), ...Array<string>(7).fill("")]);
    }
  }
  if (rows.length === 0) return [];
  const head = [
    "",
    "stretches heard",
    "lost",
    "out of order",
    "ms between two, p50",
    "p95",
    "max",
    "pictures a second",
  ];
  return [
    table(
      `Sound in stretches of ${stretchMs} ms, beside as many raw 1080p pictures as there is room for`,
      head,
      rows,
    ),
  ];
}

/** Measures a lane's sound for this many seconds, in processes that run the bench's files in `files`. */
export async function hear(lane: string, seconds: number, files: URL = ownFolder): Promise<Heard> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const order = { lane, path: join(directory, "s") };
  const hearing = new BenchProcess(new URL("sound/hear.ts", files), order);
  const playing = new BenchProcess(new URL("sound/play.ts", files), order);
  try {
    // Not before something came: connecting takes its time.
    for (let isHeard = false, waits = 0; !isHeard; waits++) {
      if (waits === patience) throw new Error(`nothing was heard within ${patience} s`);
      await delay(warmUpTime);
      hearing.send({ type: "report" });
      isHeard = (await hearing.next<Heard>("heard")).numbers.length > 0;
    }
    await delay(seconds * 1000);
    hearing.send({ type: "report" });
    return await hearing.next<Heard>("heard");
  } finally {
    await Promise.all([hearing.kill(), playing.kill()]);
    await rm(directory, { recursive: true });
  }
}

/** The time between two stretches, in ms. */
export function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000);
}

function renderRow(name: string, { numbers, times, pictures }: Heard, seconds: number): string[] {
  const gaps = gapsOf(times);
  const [first = 0, last = -1] = [numbers[0], numbers.at(-1)];
  const disordered = numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] as number));
  const ms = [50, 95, 100].map((percent) => fixed(percentile(gaps, percent)));
  console.error(`${name}: sound every ${ms[0]} ms, p95 ${ms[1]} ms`);
  return [
    name,
    String(numbers.length),
    String(last - first + 1 - numbers.length),
    String(disordered.length),
    ...ms,
    String(Math.round(pictures / seconds)),
  ];
}
