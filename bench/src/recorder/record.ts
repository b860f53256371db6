// The recorder process: records what the capture process uploads.
import { readFileSync } from "node:fs";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { Recorder } from "@broadcast-ipc/recorder";
import { reportFailures } from "../failure.ts";
import type { ProcessIds, RecordingEnd, RecordingParameters } from "./recording-parameters.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));

const { socket, file } = JSON.parse(process.argv[2] ?? "") as RecordingParameters;
const receiver = await BroadcastReceiver.accept(socket, Recorder.receiverOptions);
let isRunning = false;
const recorder = await Recorder.start(file, {
  onProgress() {
    if (isRunning) return;
    isRunning = true;
    process.send?.({ type: "running", pid: process.pid, ffmpegPid: ffmpegPid() } satisfies ProcessIds);
  },
});
await recorder.record(receiver);
await recorder.stop();
process.send?.({ type: "recorded" } satisfies RecordingEnd);

/** Returns the process id of the ffmpeg that the recorder has started. */
function ffmpegPid(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  const ffmpeg = children.find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8") === "ffmpeg\n");
  return Number(ffmpeg);
}
