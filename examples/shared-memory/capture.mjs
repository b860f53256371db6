// Uploads raw 1080p frames in shared memory to show.mjs. Start both, in any order.
import { setTimeout } from "node:timers/promises";
import { sharedMemory } from "@broadcast-ipc/shared-memory";
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";

const payloads = sharedMemory();
const uploader = await BroadcastUploader.connect(socketPath("shared-memory"), { payloads });
const [codedWidth, codedHeight] = [1920, 1080];
for (let number = 0; number < 60; number++) {
  await uploader.wanted(); // waits while there is no receiver
  const data = uploader.allocate(codedWidth * codedHeight * 4); // freed by the uploader
  data.fill(number);
  await uploader.upload({ type: "image", format: "BGRA", codedWidth, codedHeight, data, timestamp: now() });
  await setTimeout(16);
}
await uploader.close();
