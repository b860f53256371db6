import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { programUsage } from "../program-usage.ts";
import type { Figures } from "./rounds.ts";

/** Size of a frame and of the shared memory, in bytes. The memory has room for twelve frames. */
const [frameBytes, memoryBytes] = [8_294_400, 100_000_000];

/** What the reader does with each frame. `videocrop` copies the pixels into another buffer. */
const looks = {
  none: "identity silent=true",
  copy: "video/x-raw,format=BGRA,width=1920,height=1080,framerate=30/1 ! videocrop right=2",
};

/**
 * Sends frames of 1080p BGRA from one process of gst-launch-1.0 to another, through `shmsink` and `shmsrc`, and measures
 * them for this many seconds.
 */
export async function runGStreamer(look: keyof typeof looks, seconds: number): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const path = join(directory, "s");
  const limit = seconds + 10;
  const sender = launch(
    `${path}.sender`,
    limit,
    "-q",
    `fakesrc sizetype=fixed sizemax=${frameBytes} filltype=nothing ! shmsink socket-path=${path} shm-size=${memoryBytes} wait-for-connection=true sync=false`,
  );
  let reader: Launched | undefined;
  let memory: string | undefined;
  try {
    await listening(path, sender);
    memory = `/dev/shm/shmpipe.${String(childOf(sender)).padStart(5)}.    0`;
    reader = launch(
      `${path}.reader`,
      limit,
      "-v",
      `shmsrc socket-path=${path} ! ${looks[look]} ! fpsdisplaysink text-overlay=false signal-fps-measurements=false fps-update-interval=1000 sync=false video-sink=fakesink`,
    );
    return await measure(sender, reader, seconds);
  } finally {
    await end(reader);
    await end(sender);
    await rm(directory, { recursive: true });
    // A process that was killed because it did not end in time leaves its shared memory behind.
    if (memory !== undefined) await rm(memory, { force: true });
  }
}

/** A process of gst-launch-1.0. */
interface Launched {
  /** `timeout`, which passes signals on to gst-launch-1.0. */
  readonly process: ChildProcess;
  /** Path of a file with the errors that gst-launch-1.0 printed. */
  readonly errors: string;
}

/**
 * Starts gst-launch-1.0. After `limit` seconds `timeout` interrupts it, so that it removes its shared memory. Errors go to a
 * file, because the reader that copies prints one for each frame, and a full pipe would stop it.
 */
function launch(errors: string, limit: number, flag: string, pipeline: string): Launched {
  const args = ["-s", "INT", "-k", "3", String(limit), "gst-launch-1.0", flag, ...pipeline.split(" ")];
  const file = openSync(errors, "w");
  const process = spawn("timeout", args, { stdio: ["ignore", "pipe", file] });
  closeSync(file);
  return { process, errors };
}

async function listening(path: string, sender: Launched): Promise<void> {
  for (const until = Date.now() + 5000; !existsSync(path); await delay(20)) {
    if (sender.process.exitCode === null && Date.now() < until) continue;
    throw new Error(reasonOf(sender));
  }
}

/** Reads the reader's report of each second. The first one is of the warm-up. */
async function measure(sender: Launched, reader: Launched, seconds: number): Promise<Figures> {
  const rates: number[] = [];
  const usage = () => [programUsage(childOf(sender)), programUsage(childOf(reader))] as const;
  let before: ReturnType<typeof usage> | undefined;
  for await (const line of createInterface({ input: reader.process.stdout as Readable })) {
    const rate = /rendered: \d+, dropped: \d+, current: ([\d.]+)/.exec(line)?.[1];
    if (rate === undefined) continue;
    if (before === undefined) before = usage();
    else rates.push(Number(rate));
    if (rates.length < seconds) continue;
    const [ofSender, ofReader] = usage();
    return {
      perSecond: rates.reduce((sum, value) => sum + value, 0) / rates.length,
      senderCpu: (ofSender.cpuSeconds - before[0].cpuSeconds) / rates.length,
      readerCpu: (ofReader.cpuSeconds - before[1].cpuSeconds) / rates.length,
    };
  }
  throw new Error(reasonOf(reader));
}

/** Returns the id of the process that `timeout` watches. */
function childOf({ process: { pid } }: Launched): number {
  return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8"), 10);
}

function reasonOf({ errors }: Launched): string {
  return readFileSync(errors, "utf8").trim().split("\n", 1)[0] || "gst-launch-1.0 ended early";
}

async function end(launched: Launched | undefined): Promise<void> {
  if (!launched || launched.process.exitCode !== null || launched.process.signalCode !== null) return;
  const exited = once(launched.process, "exit");
  launched.process.kill("SIGINT");
  await exited;
}
