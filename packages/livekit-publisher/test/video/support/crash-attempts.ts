// Passes samples that would crash the LiveKit library to a VideoFeed. Prints the result of each.
import { once } from "node:events";
import { VideoFeed, type VideoSample } from "../../../src/video/video-feed.ts";

const full: VideoSample = {
  type: "image",
  format: "BGRA",
  codedWidth: 1920,
  codedHeight: 1080,
  data: new Uint8Array(1920 * 1080 * 4),
  timestamp: 1_000,
};
const transferred = new Uint8Array(full.data.byteLength);
structuredClone(transferred, { transfer: [transferred.buffer] });

const samples: Readonly<Record<string, unknown>> = {
  short: { ...full, data: new Uint8Array(10) },
  "short I420": { ...full, format: "I420", data: new Uint8Array(10) },
  "short NV12 in BT.601": {
    ...full,
    format: "NV12",
    colorSpace: { matrix: "smpte170m" },
    data: new Uint8Array(10),
  },
  "view of a short buffer": { ...full, data: full.data.subarray(4) },
  transferred: { ...full, data: transferred },
  "zero width": { ...full, codedWidth: 0 },
  "zero height": { ...full, codedHeight: 0 },
  "overflowing size": { ...full, codedWidth: 65_535, codedHeight: 65_535 },
  "overflowing offset": { ...full, layout: [{ offset: Number.MAX_SAFE_INTEGER, stride: 7680 }] },
};

const feed = await VideoFeed.open(full);
for (const [name, sample] of Object.entries(samples)) {
  const result = await feed.capture(sample as VideoSample).then(
    () => "captured",
    (error: { code: string }) => error.code,
  );
  process.stdout.write(`${name}: ${result}\n`);
}
await feed.capture({ ...full, codedWidth: 1, codedHeight: 1, timestamp: 2_000 });
process.stdout.write(`frames: ${feed.stats.frames}\n`);
await feed.close();
if (process.stdout.writableLength > 0) await once(process.stdout, "drain");
// The LiveKit library keeps the process alive.
process.exit(0);
