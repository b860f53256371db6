// The process that plays, beside as many pictures as there is room for.
import { tellFailures } from "../failure.ts";
import { loadSoundLane } from "./lanes.ts";
import { bytesPerStretch, height, type SoundOrder, stretchMs, width } from "./sound-lane.ts";

tellFailures();
process.once("disconnect", () => process.exit(1));

const { lane, path } = JSON.parse(process.argv[2] ?? "") as SoundOrder;
const sink = await (await loadSoundLane(lane)).sink(path);
let number = 0;
play(performance.now());
show();

/** Comes again when the next stretch is due. */
function play(dueAt: number): void {
  sink.play(new Uint8Array(bytesPerStretch), number++);
  setTimeout(play, dueAt + stretchMs - performance.now(), dueAt + stretchMs);
}

async function show(): Promise<void> {
  const picture = new Uint8Array(width * height * 4);
  for (;;) await sink.show(picture);
}
