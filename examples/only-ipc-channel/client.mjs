// Sends requests to server.mjs and prints the answers. Start both, in any order.
import { IPCChannel, socketPath } from "@broadcast-ipc/ipc-channel";
import * as v from "valibot";

const schema = v.variant("type", [
  v.object({ type: v.literal("sum"), value: v.number() }),
  v.object({ type: v.literal("refused"), reason: v.string() }),
  v.object({ type: v.literal("digest"), bytes: v.number() }),
]);

const channel = await IPCChannel.connect(socketPath("only-ipc-channel"), { schema });
await channel.send({ type: "add", numbers: [1, 2, 39] });
await channel.send({ type: "add", numbers: ["one", "two"] });
await channel.send({ type: "hash", algorithm: "sha256" }, new Uint8Array(5_000_000));

// Answers arrive in the order of the requests.
for await (const { header, payload } of channel) {
  if (header.type === "sum") console.log("sum:", header.value);
  if (header.type === "refused") console.log("refused:", header.reason);
  if (header.type === "digest") {
    console.log("digest:", header.bytes, Buffer.from(payload ?? []).toString("hex"));
    break;
  }
}

await channel.close();
