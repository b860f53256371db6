// Uploads four frames over a pipe inherited from parent.mjs, which starts this program.
import { Socket } from "node:net";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";

const channel = await IPCChannel.over(new Socket({ fd: 3 }), { role: "connect" });
const uploader = BroadcastUploader.over(channel);
const [codedWidth, codedHeight] = [320, 200];
for (const shade of [50, 100, 150, 200]) {
  const data = new Uint8Array(codedWidth * codedHeight * 4).fill(shade);
  await uploader.upload({ type: "image", format: "RGBA", codedWidth, codedHeight, data, timestamp: now() });
}
console.log(`child: ${uploader.stats().video.sent} sent`);
await uploader.close();
