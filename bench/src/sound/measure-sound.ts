import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BenchProcess } from "../live/bench-process.ts";
import { fixed, table } from "../markdown.ts";
import type { BenchOptions } from "../part.ts";
import { percentile } from "../statistics.ts";
import type { Heard } from "./hear.ts";
import { soundLanes } from "./lanes.ts";
import { stretchMs } from "./sound-lane.ts";

const warmUpTime = 1000;

/** Sound beside as many pictures as there is room for; a table of Markdown. */
export async function measureSound({ seconds = 60, isChosen }: BenchOptions): Promise<readonly string[]> {
  const rows: string[][] = [];
  for (const { name } of soundLanes) {
    if (isChosen(`${name}, sound`)) rows.push(renderRow(name, await measure(name, seconds), seconds));
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

async function measure(lane: string, seconds: number): Promise<Heard> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const order = { lane, path: join(folder, "s") };
  const hearing = new BenchProcess(new URL("hear.ts", import.meta.url), order);
  const playing = new BenchProcess(new URL("play.ts", import.meta.url), order);
  try {
    // Not before something came: connecting takes its time.
    for (let isHeard = false; !isHeard; ) {
      await delay(warmUpTime);
      hearing.send({ type: "report" });
      isHeard = (await hearing.next<Heard>("heard")).numbers.length > 0;
    }
    await delay(seconds * 1000);
    hearing.send({ type: "report" });
    return await hearing.next<Heard>("heard");
  } finally {
    await Promise.all([hearing.kill(), playing.kill()]);
    await rm(folder, { recursive: true });
  }
}

function renderRow(name: string, { numbers, times, pictures }: Heard, seconds: number): string[] {
  const gaps = times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000);
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
