// Started by parent.mjs: uploads four pictures over the pipe that it has inherited.
import { Socket } from "node:net";
import { IPCChannel } from "@broadcast-ipc/ipc-channel";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";

const channel = await IPCChannel.over(new Socket({ fd: 3 }), { role: "connect" });
const uploader = BroadcastUploader.over(channel);
const geometry = { type: "image", format: "RGBA", codedWidth: 320, codedHeight: 200 };
for (const shade of [50, 100, 150, 200]) {
  const data = new Uint8Array(320 * 200 * 4).fill(shade);
  await uploader.upload({ ...geometry, data, timestamp: now() });
}
console.log(`child: ${uploader.stats().video.sent} sent`);
await uploader.close();
