// Uploads 20 numbered frames to the socket path of the first argument, starting with the number of the second argument.
// Prints a line when all were consumed, and never exits.
import { setTimeout as delay } from "node:timers/promises";
import { BroadcastUploader, now } from "@broadcast-ipc/uploader";
import { numberedFrame } from "./timeline.ts";

const uploader = await BroadcastUploader.connect(process.argv[2] ?? "");
await uploader.wanted();
const uploads: Promise<string>[] = [];
for (let number = Number(process.argv[3]); uploads.length < 20; number++) {
  uploads.push(uploader.upload(numberedFrame(number, now())));
  await delay(20);
}
console.log((await Promise.all(uploads)).join());
setInterval(() => {}, 1000);
