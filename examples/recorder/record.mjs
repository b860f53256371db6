// Records every frame and the audio of capture.mjs to a file. Start both, in any order. Ctrl-C finishes the file.
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import { Recorder } from "@broadcast-ipc/recorder";

const file = process.argv[2] ?? "recorded.mp4";
console.log("waiting for capture.mjs");
const receiver = await BroadcastReceiver.accept(socketPath("recorder"), Recorder.receiverOptions);
const recorder = await Recorder.start(file, { overwrite: true });
console.log(`recording to ${file}`);
process.once("SIGINT", () => recorder.stop());
try {
  await recorder.record(receiver);
} finally {
  const { frames, seconds } = await recorder.stop();
  console.log(`${frames} frames, ${seconds.toFixed(1)} s in ${file}`);
  await receiver.close();
}
