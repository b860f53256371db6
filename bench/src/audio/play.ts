// The process that sends audio, beside as many video frames as possible.
import { tellFailures } from "../failure.ts";
import { type AudioOrder, bytesPerSample, height, sampleMs, width } from "./audio-lane.ts";
import { loadAudioLane } from "./lanes.ts";

tellFailures();
process.once("disconnect", () => process.exit(1));

const { lane, path } = JSON.parse(process.argv[2] ?? "") as AudioOrder;
const sink = await (await loadAudioLane(lane)).sink(path);
let number = 0;
play(performance.now());
show();

/** Sends a sample, and calls itself again when the next one is due. */
function play(dueAt: number): void {
  sink.play(new Uint8Array(bytesPerSample), number++);
  setTimeout(play, dueAt + sampleMs - performance.now(), dueAt + sampleMs);
}

async function show(): Promise<void> {
  const frame = new Uint8Array(width * height * 4);
  for (;;) await sink.show(frame);
}
