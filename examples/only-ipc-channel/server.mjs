// Checks the requests of client.mjs against a schema and answers them. Start both, in any order.
import { createHash } from "node:crypto";
import { IPCChannel, IPCChannelError, socketPath } from "@broadcast-ipc/ipc-channel";
import * as v from "valibot";

// Any Standard Schema works: zod, valibot, arktype, …
const schema = v.variant("type", [
  v.object({ type: v.literal("add"), numbers: v.array(v.number()) }),
  v.object({ type: v.literal("hash"), algorithm: v.picklist(["sha256", "sha512"]) }),
]);

const channel = await IPCChannel.accept(socketPath("only-ipc-channel"), { schema });
while (!channel.isClosed) {
  try {
    for await (const { header, payload } of channel) {
      if (header.type === "add") {
        const value = header.numbers.reduce((sum, number) => sum + number, 0);
        await channel.send({ type: "sum", value });
      } else {
        const hash = createHash(header.algorithm).update(payload ?? "");
        await channel.send({ type: "digest", bytes: payload?.byteLength ?? 0 }, hash.digest());
      }
    }
  } catch (error) {
    // A header that does not match the schema ends the loop but not the channel, so the loop starts again.
    if (!(error instanceof IPCChannelError && error.code === "ERR_IPC_INVALID_HEADER")) throw error;
    await channel.send({ type: "refused", reason: error.code });
  }
}
