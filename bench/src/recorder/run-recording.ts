import { join } from "node:path";
import { BenchProcess } from "../live/bench-process.ts";
import type { CaptureEnd, ProcessIds, RecordingEnd, RecordingParameters } from "./recording-parameters.ts";
import { measureUsage, probe, type RecordingResult } from "./recording-result.ts";

/** Time that the processes may run past the measured time before they are killed, in ms. */
const patience = 45_000;

/** Records an X display to a file in `folder` by this project: a capture process and a recorder process. */
export async function runRecording(
  display: string,
  seconds: number,
  folder: string,
): Promise<RecordingResult> {
  const file = join(folder, "x.mp4");
  const parameters: RecordingParameters = { display, file, socket: join(folder, "s") };
  const [recorder, capture] = ["record.ts", "capture.ts"].map(
    (name) => new BenchProcess(new URL(name, import.meta.url), parameters),
  ) as [BenchProcess, BenchProcess];
  const kill = () => Promise.all([recorder.kill(), capture.kill()]);
  // If the run takes too long, killing the processes makes every pending next() reject.
  const timer = setTimeout(kill, seconds * 1000 + patience);
  try {
    const [ofRecorder, ofCapture] = await Promise.all([
      recorder.next<ProcessIds>("running"),
      capture.next<ProcessIds>("running"),
    ]);
    const pids = {
      ...{ grab: ofCapture.ffmpegPid, capture: ofCapture.pid },
      ...{ recorder: ofRecorder.pid, encode: ofRecorder.ffmpegPid },
    };
    const usage = await measureUsage(pids, seconds);
    capture.send({ type: "stop" });
    const [{ frames: captured }] = await Promise.all([
      capture.next<CaptureEnd>("captured"),
      recorder.next<RecordingEnd>("recorded"),
    ]);
    return { usage, captured, ...(await probe(file)) };
  } finally {
    clearTimeout(timer);
    await kill();
  }
}
