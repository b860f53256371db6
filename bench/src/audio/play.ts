// The sending process of an audio run. It also sends as many video frames as possible.
import { reportFailures } from "../failure.ts";
import { type AudioParameters, bytesPerSample, height, sampleMs, width } from "./audio-lane.ts";
import { loadAudioLane } from "./lanes.ts";

reportFailures();
process.once("disconnect", () => process.exit(1));

const { lane, path } = JSON.parse(process.argv[2] ?? "") as AudioParameters;
const sink = await (await loadAudioLane(lane)).sink(path);
let number = 0;
play(performance.now());
show();

/** Sends an audio sample and schedules the next one. */
function play(dueAt: number): void {
  sink.play(new Uint8Array(bytesPerSample), number++);
  setTimeout(play, dueAt + sampleMs - performance.now(), dueAt + sampleMs);
}

async function show(): Promise<void> {
  const frame = new Uint8Array(width * height * 4);
  for (;;) await sink.show(frame);
}
