import type { IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { ReceiverMessage } from "@broadcast-ipc/protocol";
import type { ReceiveSession } from "./receive-session.ts";

/** Reads the channel all the time, so that an idle consumer of one lane does not block another lane. Never rejects. */
export async function pumpChannel(
  channel: IPCChannel<unknown, ReceiverMessage>,
  lanes: ReceiveSession,
): Promise<void> {
  let error: unknown;
  try {
    for await (const message of channel) lanes.receive(message);
  } catch (reason) {
    error = reason;
  }
  // Normally the channel has ended by itself. After an error while reading, the receiver cannot go on.
  channel.close();
  await lanes.end(error);
}
