// Records two seconds to the file that it is told, says so, and goes on for ever.
import { Recorder } from "../../src/recording/recorder.ts";
import { inOrder, numberedPicture, tone } from "./timeline.ts";

const recorder = await Recorder.start({ path: process.argv[2] ?? "" });
const pictures = Array.from({ length: 60 }, (_, index) => numberedPicture(index, Math.round(index * 33_333)));
for (const sample of inOrder(...pictures, ...tone(0, 2_000_000))) await recorder.write(sample);
console.log("recorded");
setInterval(() => {}, 1000);
