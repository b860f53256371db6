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
import { sampleMs } from "./audio-lane.ts";
import type { Heard } from "./hear.ts";
import { audioLaneNames } from "./lanes.ts";

const warmUpTime = 1000;
/** Seconds to wait for the first audio before the run fails. */
const patience = 20;

/** Measures audio that is sent beside as many video frames as possible. Resolves with a table in Markdown. */
export async function measureAudio({ seconds = 60, isChosen }: BenchOptions): Promise<readonly string[]> {
  const rows: string[][] = [];
  for (const name of audioLaneNames) {
    if (!isChosen(`${name}, audio`)) continue;
    try {
      rows.push(renderRow(name, await hear(name, seconds), seconds));
    } catch (error) {
      console.error(`${name}, audio: failed: ${reasonOf(error)}`);
      rows.push([rowName(name, reasonOf(error)), ...Array<string>(7).fill("")]);
    }
  }
  if (rows.length === 0) return [];
  const head = [
    "lane",
    "samples received",
    "lost",
    "out of order",
    "ms between samples, p50",
    "p95",
    "max",
    "frames per second",
  ];
  return [table(`Audio samples of ${sampleMs} ms, beside as many raw 1080p frames as possible`, head, rows)];
}

/** Measures the audio of a lane for `seconds`. The processes run the bench files in the folder `files`. */
export async function hear(lane: string, seconds: number, files: URL = ownFolder): Promise<Heard> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const parameters = { lane, path: join(directory, "s") };
  const hearing = new BenchProcess(new URL("audio/hear.ts", files), parameters);
  const playing = new BenchProcess(new URL("audio/play.ts", files), parameters);
  try {
    // The measurement begins after the first audio has arrived, so it excludes the time to connect.
    for (let isHeard = false, waits = 0; !isHeard; waits++) {
      if (waits === patience) throw new Error(`no audio arrived within ${patience} s`);
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

/** Returns the times between successive samples in ms. `times` is in µs. */
export function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000);
}

function renderRow(name: string, { numbers, times, frames }: Heard, seconds: number): string[] {
  const gaps = gapsOf(times);
  const [first = 0, last = -1] = [numbers[0], numbers.at(-1)];
  const disordered = numbers.filter((number, index) => index > 0 && number <= (numbers[index - 1] as number));
  const ms = [50, 95, 100].map((percent) => fixed(percentile(gaps, percent)));
  console.error(`${name}: audio every ${ms[0]} ms, p95 ${ms[1]} ms`);
  return [
    name,
    String(numbers.length),
    String(last - first + 1 - numbers.length),
    String(disordered.length),
    ...ms,
    String(Math.round(frames / seconds)),
  ];
}
