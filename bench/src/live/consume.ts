// The consumer process of a live run.
import { setTimeout as delay } from "node:timers/promises";
import { now } from "@broadcast-ipc/receiver";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "./bench-process.ts";
import type { Feed } from "./lane.ts";
import { loadLane } from "./lanes/index.ts";
import { type LiveParameters, memoryCap } from "./live-parameters.ts";
import type { Consumed, ConsumerAccount } from "./live-report.ts";
import { MemoryMeter } from "./memory-meter.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as LiveParameters;
let feed: Feed | undefined;
let memory = new MemoryMeter();
let cpu = process.cpuUsage();
let ages: number[] = [];
let times: number[] = [];
let delivered = 0;
/** Whether to report the next frame to the parent process. */
let announcesNext = true;

const commands: Record<string, () => void | Promise<void>> = {
  async open() {
    feed = await (await loadLane(parameters.lane)).feed(parameters);
    memory = new MemoryMeter();
    process.send?.({ type: "ready" });
    watchMemory();
    await consume(feed);
  },
  measure() {
    [ages, times] = [[], []];
    cpu = process.cpuUsage();
  },
  /** Reports the measurements. Frames that arrive later are still consumed. */
  stop() {
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({
      type: "consumed",
      times,
      ages,
      cpuSeconds: (user + system) / 1e6,
      peakMemory: memory.peakAboveIdle,
    } satisfies Consumed);
  },
  /** Sets a demand without video, and reports the time. */
  refuse() {
    feed?.setDemand?.(false);
    process.send?.({ type: "refused", at: now() });
  },
  want() {
    announcesNext = true;
    feed?.setDemand?.(true);
    process.send?.({ type: "wanted", at: now() });
  },
  account() {
    process.send?.({ type: "account", delivered, stats: feed?.stats } satisfies ConsumerAccount);
  },
};

process.send?.({ type: "loaded" });

async function consume(feed: Feed): Promise<void> {
  try {
    for await (const frame of feed.frames()) {
      const at = now();
      delivered++;
      ages.push(at - frame.timestamp);
      times.push(at);
      if (announcesNext) process.send?.({ type: "frame", at });
      announcesNext = false;
      if (parameters.busy > 0) await delay(parameters.busy);
      frame[Symbol.dispose]();
    }
  } catch {
    // Iteration fails when the capture process ends.
  }
}

function watchMemory(): void {
  const timer = setInterval(() => {
    if (memory.aboveIdle < memoryCap) return;
    clearInterval(timer);
    process.send?.({ type: "full" });
  }, 20);
}
