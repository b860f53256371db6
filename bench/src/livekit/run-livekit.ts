import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { BenchProcess } from "../live/bench-process.ts";
import type { LiveKitParameters } from "./livekit-parameters.ts";
import type { CaptureReport, PublisherReport } from "./livekit-report.ts";

/** The reports about the measured time. `captured` is `undefined` if one process does the job by hand. */
export interface LiveKitResult {
  readonly captured: CaptureReport | undefined;
  readonly published: PublisherReport;
}

/** Time from the first captured frame to the start of the measurement, in ms. */
const warmUpTime = 5000;
/** Time after the expected end at which the processes are killed, in ms. */
const patience = 30_000;

/** Captures and hands over frames for `seconds`: with this project in two processes, or by hand in one. */
export async function runLiveKit(
  parameters: Omit<LiveKitParameters, "path"> & { readonly isByHand: boolean },
  seconds: number,
): Promise<LiveKitResult> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const all = { ...parameters, path: join(directory, "s") };
  const file = (name: string) => new URL(name, import.meta.url);
  const publisher = new BenchProcess(file(parameters.isByHand ? "by-hand.ts" : "publish.ts"), all);
  const capture = parameters.isByHand ? undefined : new BenchProcess(file("capture.ts"), all);
  const processes = capture ? [publisher, capture] : [publisher];
  const kill = () => Promise.all(processes.map((process) => process.kill()));
  // If the run takes too long, killing the processes makes every pending next() reject.
  const timer = setTimeout(kill, seconds * 1000 + warmUpTime + patience);
  const send = (type: string) => {
    for (const process of processes) process.send({ type });
  };
  try {
    await Promise.all(processes.map((process) => process.next("ready")));
    send("start");
    await delay(warmUpTime);
    send("measure");
    await delay(seconds * 1000);
    send("stop");
    const [captured, published] = await Promise.all([
      capture?.next<CaptureReport>("captured"),
      publisher.next<PublisherReport>("published"),
    ]);
    return { captured, published };
  } finally {
    clearTimeout(timer);
    await kill();
    await rm(directory, { recursive: true });
  }
}
