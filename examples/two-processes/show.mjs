// The process that shows: prints what it sees of each picture.
// Start it together with capture.mjs, in any order:  node examples/two-processes/show.mjs
import { BroadcastReceiver, now, socketPath } from "@broadcast-ipc/receiver";

const receiver = await BroadcastReceiver.accept(socketPath("two-processes"));
for await (const { codedWidth, codedHeight, data, timestamp } of receiver) {
  const age = ((now() - timestamp) / 1000).toFixed(1);
  console.log(`${codedWidth}x${codedHeight}, shade ${data[0]}, ${age} ms old`);
}
console.log("ended:", (await receiver.closed).code);
