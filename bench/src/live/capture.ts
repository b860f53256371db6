// The capture process of a live run.
import { now } from "@broadcast-ipc/uploader";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "./bench-process.ts";
import { FrameSource } from "./frame-source.ts";
import type { Sink } from "./lane.ts";
import { loadLane } from "./lanes/index.ts";
import { type LiveParameters, memoryCap } from "./live-parameters.ts";
import type { Captured, SourceAccount } from "./live-report.ts";
import { MemoryMeter } from "./memory-meter.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => commands[type]?.());

const parameters = JSON.parse(process.argv[2] ?? "") as LiveParameters;
const source = new FrameSource(parameters.scene);
const period = 1000 / parameters.fps;
let sink: Sink | undefined;
let memory = new MemoryMeter();
let cpu = process.cpuUsage();
let timer: NodeJS.Timeout | undefined;
let startedAt = 0;
let takenBefore = 0;
let stoppedAfter: number | undefined;

const commands: Record<string, () => void | Promise<void>> = {
  async open() {
    sink = await (await loadLane(parameters.lane)).sink(parameters);
    memory = new MemoryMeter();
    process.send?.({ type: "ready" });
  },
  start() {
    capture(performance.now());
  },
  measure() {
    takenBefore = source.counts.taken;
    startedAt = now();
    cpu = process.cpuUsage();
  },
  /** Reports the measurements and stops capturing. */
  stop() {
    clearTimeout(timer);
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({
      type: "captured",
      frames: source.counts.taken - takenBefore,
      cpuSeconds: (user + system) / 1e6,
      peakMemory: memory.peakAboveIdle,
      stoppedAfter,
    } satisfies Captured);
  },
  full: stopEarly,
  encoded() {
    process.send?.({ type: "encoded", at: sink?.lastEncodeAt });
  },
  async account() {
    const { replaced, stats } = sink ?? {};
    // Some lanes never dispose their last frames, so the wait for closing is limited.
    await Promise.race([sink?.close(), new Promise((resolve) => setTimeout(resolve, 3000))]);
    const { allocated, taken, givenBack } = source.counts;
    process.send?.({
      type: "account",
      offered: taken,
      replaced,
      stats,
      allocated,
      givenBack,
    } satisfies SourceAccount);
  },
};

/** Offers a frame and schedules the next one. If the next one is already due, it is captured at once. */
function capture(dueAt: number): void {
  sink?.offer(source.take());
  if (memory.aboveIdle > memoryCap) {
    stopEarly();
    return;
  }
  const time = performance.now();
  const next = Math.max(dueAt + period, time);
  timer = setTimeout(capture, next - time, next);
}

function stopEarly(): void {
  clearTimeout(timer);
  stoppedAfter ??= startedAt === 0 ? 0 : (now() - startedAt) / 1e6;
}
