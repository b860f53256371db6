import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BenchProcess } from "../live/bench-process.ts";
import type { FrameParameters, FrameReport } from "./frame-parameters.ts";
import { isShared } from "./open-payloads.ts";
import type { Figures } from "./rounds.ts";

/** Longest time that the first frames may take until they travel in shared memory, in ms. */
const mappingTime = 10_000;
/** Time from then to the start of the measurement, in ms. */
const warmUpTime = 1000;
/** Time that the processes may run past the expected end before they are killed, in ms. */
const patience = 20_000;

/** Sends frames from one process to another for this many seconds. Rejects if they cannot travel the chosen way. */
export async function runFrames(
  parameters: Omit<FrameParameters, "path">,
  seconds: number,
): Promise<Figures> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const all = { ...parameters, path: join(directory, "s") };
  const reader = new BenchProcess(new URL("read.ts", import.meta.url), all, all.node);
  const sender = new BenchProcess(new URL("send.ts", import.meta.url), all, all.node);
  const both = [sender, reader] as const;
  const kill = () => Promise.all(both.map((process) => process.kill()));
  // Killing the processes makes every pending next() reject.
  const timer = setTimeout(kill, mappingTime + warmUpTime + seconds * 1000 + patience);
  const tell = (type: string) => {
    for (const process of both) process.send({ type });
  };
  try {
    await Promise.all(both.map((process) => process.next("ready")));
    sender.send({ type: "start" });
    await Promise.race([sender.next("flowing"), delay(mappingTime, undefined, { ref: false })]);
    await delay(warmUpTime);
    tell("measure");
    await delay(seconds * 1000);
    tell("stop");
    const [sent, read] = await Promise.all([
      sender.next<FrameReport>("report"),
      reader.next<FrameReport>("report"),
    ]);
    if (isShared(parameters) && sent.shared === 0)
      throw new Error(sent.reason ?? `the frames travelled in the ${sent.via}`);
    return {
      perSecond: read.frames / read.seconds,
      senderCpu: sent.cpuSeconds / sent.seconds,
      readerCpu: read.cpuSeconds / read.seconds,
      inSocket: sent.frames - sent.shared,
      via: sent.via,
    };
  } finally {
    clearTimeout(timer);
    await kill();
    await rm(directory, { recursive: true });
  }
}
