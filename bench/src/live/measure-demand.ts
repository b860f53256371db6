import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/uploader";
import { fixed, table } from "../markdown.ts";
import { median, percentile } from "../statistics.ts";
import type { BenchMessage } from "./bench-process.ts";
import { LivePair, runLive } from "./run-live.ts";

/** Something that happened at a time by `now()`, in µs. */
interface Event extends BenchMessage {
  readonly at: number;
}

const lane = "broadcast-ipc raw";
const order = { lane, fps: 60, busy: 0, scene: "ring" } as const;
const refusals = 10;
const restarts = 5;
/** What either may take, in seconds. */
const limit = 20;

/** How closely a receiver's demand is followed, and how soon it is served again after it died; tables of Markdown. */
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
      "Turning pictures off and on, 60 captured a second, and a receiver that is killed",
      ["ms", "p50", "max"],
      [
        line('`setDemand({ video: null })` to the capturer\'s "demand" event', refusal.heard),
        line("the same to the last picture that was encoded, 0 where that was before", refusal.encoded),
        line("`setDemand({ video: {} })` to the first picture", refusal.wanted),
        line("SIGKILL to the first picture of a receiver's process that is started then", cold),
        line("SIGKILL to the first picture of a receiver's process that stands by", warm),
      ],
    ),
    `${refusals} refusals, ${restarts} kills of each kind.`,
  ];
}

async function measurePace(seconds: number): Promise<string> {
  const { consumed } = await runLive({ ...order, maxFps: 5 }, seconds);
  const { times } = consumed;
  const gaps = times.slice(1).map((time, index) => (time - (times[index] as number)) / 1000);
  console.error(`demand of 5 fps: ${times.length} pictures in ${seconds} s`);
  return table(
    "A demand of 5 pictures a second, 60 captured",
    ["", "pictures a second", "ms between them, p5", "p50", "p95", "max"],
    [
      [
        lane,
        fixed(times.length / seconds, 2),
        ...[5, 50, 95, 100].map((percent) => fixed(percentile(gaps, percent))),
      ],
    ],
  );
}

/** In ms. */
async function measureRefusals(): Promise<Record<"heard" | "encoded" | "wanted", number[]>> {
  const times = { heard: [] as number[], encoded: [] as number[], wanted: [] as number[] };
  await using pair = await LivePair.start(order, limit);
  const { capture, consumer } = pair;
  const tell = async (process: typeof capture, type: string, answer: string) => {
    process.send({ type });
    return (await process.next<Event>(answer)).at;
  };
  pair.both("start");
  await consumer.next("picture");
  await capture.next("wanted");
  for (let refusal = 0; refusal < refusals; refusal++) {
    await delay(500);
    const refusedAt = await tell(consumer, "refuse", "refused");
    times.heard.push(((await capture.next<Event>("refused")).at - refusedAt) / 1000);
    await delay(200);
    times.encoded.push(Math.max(0, (await tell(capture, "encoded", "encoded")) - refusedAt) / 1000);
    const wantedAt = await tell(consumer, "want", "wanted");
    times.wanted.push(((await consumer.next<Event>("picture")).at - wantedAt) / 1000);
    await capture.next("wanted");
  }
  console.error(`demand of none: p50 ${fixed(median(times.heard))} ms until it is heard`);
  return times;
}

/** In ms. */
async function measureRestarts(standsBy: boolean): Promise<number[]> {
  const waits: number[] = [];
  await using pair = await LivePair.start(order, limit);
  pair.both("start");
  await pair.consumer.next("picture");
  for (let restart = 0; restart < restarts; restart++) {
    await delay(300);
    const standby = standsBy ? pair.startConsumer() : undefined;
    await standby?.next("loaded");
    const killedAt = now();
    // Not before the old one is gone: its path is taken over.
    await pair.useConsumer(standby);
    pair.consumer.send({ type: "open" });
    waits.push(((await pair.consumer.next<Event>("picture")).at - killedAt) / 1000);
  }
  console.error(`restart: p50 ${fixed(median(waits))} ms until the first picture`);
  return waits;
}
