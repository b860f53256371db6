// Prints the size and the shade of each frame from capture.mjs. Start both, in any order.
import { BroadcastReceiver, socketPath } from "@broadcast-ipc/receiver";

const receiver = await BroadcastReceiver.accept(socketPath("two-processes"));
for await (const { codedWidth, codedHeight, data } of receiver.samples({ type: "image" })) {
  console.log(codedWidth, codedHeight, data[0]);
}
console.log("ended:", (await receiver.closed).code);
