// Uploads three seconds of a moving bar and a tone to record.mjs, and prints how many frames were recorded.
// Start both, in any order.
import { setInterval } from "node:timers/promises";
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";

const [codedWidth, codedHeight] = [640, 360];
// 50 ms of 440 Hz are 22 whole periods.
const tone = new Int16Array(2400).map((_, index) => 8000 * Math.sin((2 * Math.PI * 440 * index) / 48_000));
const mono = { sampleRate: 48_000, numberOfChannels: 1, numberOfFrames: tone.length };

const uploader = await BroadcastUploader.connect(socketPath("recorder"));
const uploads = [];
for await (const _ of setInterval(50)) {
  const timestamp = now();
  const row = new Uint8Array(codedWidth * 4).fill(40);
  row.fill(220, uploads.length * 40, uploads.length * 40 + 80);
  const data = new Uint8Array(codedWidth * codedHeight * 4);
  for (let y = 0; y < codedHeight; y++) data.set(row, y * row.length);
  uploader.upload({ type: "audio", format: "s16", ...mono, data: new Uint8Array(tone.buffer), timestamp });
  // A recorder demands every frame, so upload() settles when the frame is recorded.
  uploads.push(uploader.upload({ type: "image", format: "RGBA", codedWidth, codedHeight, data, timestamp }));
  if (uploads.length === 60) break;
}
const outcomes = await Promise.all(uploads);
console.log(`${outcomes.filter((outcome) => outcome === "sent").length} of ${outcomes.length} were recorded`);
await uploader.close();
