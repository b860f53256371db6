// Uploads three seconds of a moving bar to record.mjs, and prints how many frames were recorded. Start both, in any order.
import { setInterval } from "node:timers/promises";
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";

const [codedWidth, codedHeight] = [640, 360];
const uploader = await BroadcastUploader.connect(socketPath("recorder"));
const uploads = [];
for await (const _ of setInterval(50)) {
  const row = new Uint8Array(codedWidth * 4).fill(40);
  row.fill(220, uploads.length * 40, uploads.length * 40 + 80);
  const data = new Uint8Array(codedWidth * codedHeight * 4);
  for (let y = 0; y < codedHeight; y++) data.set(row, y * row.length);
  // With delivery "all", upload() settles when the frame has been consumed.
  uploads.push(
    uploader.upload({ type: "image", format: "RGBA", codedWidth, codedHeight, data, timestamp: now() }),
  );
  if (uploads.length === 60) break;
}
const outcomes = await Promise.all(uploads);
console.log(`${outcomes.filter((outcome) => outcome === "sent").length} of ${outcomes.length} were recorded`);
await uploader.close();
