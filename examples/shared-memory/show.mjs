// Checks the frames of capture.mjs, and prints what carried them. Start both, in any order.
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";
import { sharedMemory } from "@broadcast-ipc/shared-memory";

const payloads = sharedMemory();
const receiver = await BroadcastReceiver.accept(socketPath("shared-memory"), { payloads });
let frames = 0;
for await (const frame of receiver.samples({ type: "image" })) {
  if (frame.data[0] === frame.data.at(-1)) frames++;
  frame[Symbol.dispose](); // gives the memory back to the sender
}
console.log(`${frames} frames through ${receiver.stats().payloads?.via}`);
