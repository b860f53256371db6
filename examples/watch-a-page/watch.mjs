// Saves the frames of page.mjs, prints their ages, and clicks and types on the page. Start both, in any order.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BroadcastReceiver, now, socketPath } from "@broadcast-ipc/receiver";
import { messageSchemas } from "./messages.mjs";

const folder = process.argv[2] ?? "frames";
await mkdir(folder, { recursive: true });

// The frames are JPEG files and are saved without decoding.
const receiver = await BroadcastReceiver.accept(socketPath("watch-a-page"), {
  decode: false,
  messageSchemas,
});
let typedAt = Number.POSITIVE_INFINITY;
const operating = operate();

let count = 0;
for await (const { data, timestamp } of receiver.samples({ type: "image" })) {
  const file = join(folder, `${String(++count).padStart(3, "0")}.jpeg`);
  console.log(`${file}, ${((now() - timestamp) / 1000).toFixed(1)} ms old`);
  await writeFile(file, data);
  if (timestamp > typedAt) break;
}
await receiver.close();
await operating;

async function operate() {
  await receiver.send("click", { x: 200, y: 40 });
  await receiver.send("type", { text: "hello" });
  for await (const { type, data } of receiver.messages()) {
    if (type !== "typed") continue;
    console.log(`the page has: ${data.value}`);
    typedAt = now();
  }
}
