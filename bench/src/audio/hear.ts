// The receiving process of an audio run.
import { now } from "@broadcast-ipc/receiver";
import { reportFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import type { AudioParameters } from "./audio-lane.ts";
import { loadAudioLane } from "./lanes.ts";

/** The samples received since the previous report. */
export interface Heard extends BenchMessage {
  readonly numbers: readonly number[];
  /** Arrival times of the audio samples, in µs of `now()`. */
  readonly times: readonly number[];
  readonly frames: number;
}

reportFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => {
  if (type === "report") process.send?.({ type: "heard", ...heard });
  heard = nothing();
});

const { lane, path } = JSON.parse(process.argv[2] ?? "") as AudioParameters;
let heard = nothing();
for await (const { number } of (await loadAudioLane(lane)).feed(path)) {
  if (number === undefined) {
    heard.frames++;
    continue;
  }
  heard.numbers.push(number);
  heard.times.push(now());
}

function nothing() {
  return { numbers: [] as number[], times: [] as number[], frames: 0 };
}
