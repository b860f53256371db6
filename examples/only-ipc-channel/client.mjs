// Asks server.mjs, and prints what it answers. Start both, in any order.
import { IPCChannel, socketPath } from "@broadcast-ipc/ipc-channel";

const channel = await IPCChannel.connect(socketPath("only-ipc-channel"));
const answers = channel.messages();

async function ask(header, payload) {
  await channel.send(header, payload);
  const { value } = await answers.next();
  return value;
}

const { header: sum } = await ask({ type: "add", numbers: [1, 2, 39] });
console.log("sum:", sum.value);

const { header: refused } = await ask({ type: "add", numbers: ["one", "two"] });
console.log("refused:", refused.reason);

const { header, payload } = await ask({ type: "hash", algorithm: "sha256" }, new Uint8Array(5_000_000));
console.log("digest:", header.bytes, Buffer.from(payload).toString("hex"));

await channel.close();
