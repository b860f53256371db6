// Uploads 256 frames, each a little lighter than the previous one, to show.mjs. Start both, in any order.
import { BroadcastUploader, now, socketPath } from "@broadcast-ipc/uploader";

const uploader = await BroadcastUploader.connect(socketPath("two-processes"));
const [codedWidth, codedHeight] = [1280, 720];
for (let shade = 0; shade < 256; shade++) {
  await uploader.wanted(); // waits while there is no receiver
  const data = new Uint8Array(codedWidth * codedHeight * 4).fill(shade);
  await uploader.upload({ type: "image", format: "RGBA", codedWidth, codedHeight, data, timestamp: now() });
}
await uploader.close();
