// Records two seconds to the file named by the first argument, prints a line, and never exits. After one second, frames
// become larger by the factor of the second argument.
import { Recorder } from "../../src/recorder.ts";
import { inOrder, numberedFrame, tone } from "./timeline.ts";

const recorder = await Recorder.start(process.argv[2] ?? "");
const factor = Number(process.argv[3] ?? 1);
const frames = Array.from({ length: 60 }, (_, index) => {
  const scale = index < 30 ? 1 : factor;
  return numberedFrame(index, Math.round(index * 33_333), 320 * scale, 180 * scale);
});
for (const sample of inOrder(...frames, ...tone(0, 2_000_000))) await recorder.write(sample);
console.log("recorded");
setInterval(() => {}, 1000);
