// Records what is uploaded, and prints the memory of this process and its ffmpeg once a second. Prints the summary at the end.
// Arguments: the socket path, and the path of the file.
import { readFileSync } from "node:fs";
import { BroadcastReceiver } from "@broadcast-ipc/receiver";
import { Recorder } from "../../src/recorder.ts";

const [, , socket = "", file = ""] = process.argv;

/** Resident memory of the ffmpeg that is a child of this process, in bytes; 0 if the system has no /proc. */
function ffmpegMemory(): number {
  try {
    const pids = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
    const status = pids.map((pid) => readFileSync(`/proc/${pid}/status`, "utf8"));
    const ffmpeg = status.find((text) => text.startsWith("Name:\tffmpeg\n")) ?? "";
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(ffmpeg)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

const print = (report: object) => process.stdout.write(`${JSON.stringify(report)}\n`);
const receiver = await BroadcastReceiver.accept(socket, Recorder.receiverOptions);
const recorder = await Recorder.start(file);
const health = setInterval(() => {
  print({ memory: process.memoryUsage.rss(), ffmpegMemory: ffmpegMemory() });
}, 1000);
await recorder.record(receiver);
clearInterval(health);
print({ ...(await recorder.stop()), droppedAudio: receiver.stats().audio.dropped });
