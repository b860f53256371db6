// The process that hears.
import { now } from "@broadcast-ipc/receiver";
import { tellFailures } from "../failure.ts";
import type { BenchMessage } from "../live/bench-process.ts";
import { loadSoundLane } from "./lanes.ts";
import type { SoundOrder } from "./sound-lane.ts";

/** What was heard since the measuring began. */
export interface Heard extends BenchMessage {
  readonly numbers: readonly number[];
  /** When they came, by `now()`, in µs. */
  readonly times: readonly number[];
  readonly pictures: number;
}

tellFailures();
process.once("disconnect", () => process.exit(1));
process.on("message", ({ type }: BenchMessage) => {
  if (type === "report") process.send?.({ type: "heard", ...heard });
  heard = nothing();
});

const { lane, path } = JSON.parse(process.argv[2] ?? "") as SoundOrder;
let heard = nothing();
for await (const { number } of (await loadSoundLane(lane)).feed(path)) {
  if (number === undefined) {
    heard.pictures++;
    continue;
  }
  heard.numbers.push(number);
  heard.times.push(now());
}

function nothing() {
  return { numbers: [] as number[], times: [] as number[], pictures: 0 };
}
