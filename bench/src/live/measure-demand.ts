import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/uploader";
import { fixed, table } from "../markdown.ts";
import { median, percentile } from "../statistics.ts";
import type { BenchMessage } from "./bench-process.ts";
import { LivePair, runLive } from "./run-live.ts";

/** An event and its time in µs of `now()`. */
interface Event extends BenchMessage {
  readonly at: number;
}

const lane = "broadcast-ipc raw";
const parameters = { lane, fps: 60, busy: 0, scene: "ring" } as const;
const refusals = 10;
const restarts = 5;
/** Maximum duration of a measurement, in seconds. */
const limit = 20;

/**
 * Measures how closely the frames follow a demand, and how soon a restarted receiver gets frames again. Resolves with
 * tables in Markdown.
 */
export async function measureDemand(seconds: number): Promise<readonly string[]> {
  const pace = await measurePace(seconds);
  const refusal = await measureRefusals();
  const cold = await measureRestarts(false);
  const warm = await measureRestarts(true);
  const line = (name: string, values: readonly number[]) => [
    name,
    fixed(median(values)),
    fixed(Math.max(...values)),
  ];
  return [
    pace,
    table(
      "Turning frames off and on at 60 captured per second, and killing the receiver",
      ["ms", "p50", "max"],
      [
        line('`setDemand({ video: null })` to the capturer\'s "demand" event', refusal.heard),
        line(
          "`setDemand({ video: null })` to the last call of the encoder, 0 if that was earlier",
          refusal.encoded,
        ),
        line("`setDemand({ video: {} })` to the first frame", refusal.wanted),
        line("SIGKILL to the first frame of a receiver process that is started after the kill", cold),
        line("SIGKILL to the first frame of a receiver process on standby", warm),
      ],
    ),
    `${refusals} times off and on, ${restarts} kills of each kind.`,
  ];
}

async function measurePace(seconds: number): Promise<string> {
  const { consumed } = await runLive({ ...parameters, maxFps: 5 }, seconds);
  const { times } = consumed;
  const gaps = times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000);
  console.error(`demand of 5 fps: ${times.length} frames in ${seconds} s`);
  return table(
    "A demand of 5 frames per second, 60 captured",
    ["lane", "frames per second", "ms between frames, p5", "p50", "p95", "max"],
    [
      [
        lane,
        fixed(times.length / seconds, 2),
        ...[5, 50, 95, 100].map((percent) => fixed(percentile(gaps, percent))),
      ],
    ],
  );
}

/** Turns video off and on {@link refusals} times. Resolves with the reaction times in ms. */
async function measureRefusals(): Promise<Record<"heard" | "encoded" | "wanted", number[]>> {
  const times = { heard: [] as number[], encoded: [] as number[], wanted: [] as number[] };
  await using pair = await LivePair.start(parameters, limit);
  const { capture, consumer } = pair;
  const tell = async (process: typeof capture, type: string, answer: string) => {
    process.send({ type });
    return (await process.next<Event>(answer)).at;
  };
  pair.both("start");
  await consumer.next("frame");
  await capture.next("wanted");
  for (let refusal = 0; refusal < refusals; refusal++) {
    await delay(500);
    const refusedAt = await tell(consumer, "refuse", "refused");
    times.heard.push(((await capture.next<Event>("refused")).at - refusedAt) / 1000);
    await delay(200);
    times.encoded.push(Math.max(0, (await tell(capture, "encoded", "encoded")) - refusedAt) / 1000);
    const wantedAt = await tell(consumer, "want", "wanted");
    times.wanted.push(((await consumer.next<Event>("frame")).at - wantedAt) / 1000);
    await capture.next("wanted");
  }
  console.error(`demand without video: p50 ${fixed(median(times.heard))} ms until it arrives`);
  return times;
}

/** Kills and replaces the receiver repeatedly. Resolves with the times from a kill to the next frame, in ms. */
async function measureRestarts(standsBy: boolean): Promise<number[]> {
  const waits: number[] = [];
  await using pair = await LivePair.start(parameters, limit);
  pair.both("start");
  await pair.consumer.next("frame");
  for (let restart = 0; restart < restarts; restart++) {
    await delay(300);
    const standby = standsBy ? pair.startConsumer() : undefined;
    await standby?.next("loaded");
    const killedAt = now();
    // The new receiver can listen on the path only after the old one has ended.
    await pair.useConsumer(standby);
    pair.consumer.send({ type: "open" });
    waits.push(((await pair.consumer.next<Event>("frame")).at - killedAt) / 1000);
  }
  console.error(`restart: p50 ${fixed(median(waits))} ms until the first frame`);
  return waits;
}
