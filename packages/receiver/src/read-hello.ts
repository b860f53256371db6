import { type IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";
import { parseUploaderMessage, type UploaderHello } from "@broadcast-ipc/protocol";

/**
 * Takes messages off the channel up to the uploader's hello. Whatever comes before it goes: without a demand and without
 * credit there is nothing that an uploader may send. Rejects with `signal.reason` on abort, or with what the channel
 * ended with.
 */
export async function readHello(
  channel: IPCChannel<unknown, unknown>,
  signal: AbortSignal,
): Promise<UploaderHello> {
  const messages = channel.messages({ signal });
  for (let result = await messages.next(); !result.done; result = await messages.next()) {
    const hello = asHello(result.value.header);
    if (hello) return hello;
  }
  throw new IPCChannelError("ERR_IPC_CLOSED", "the uploader left before it said hello");
}

function asHello(header: unknown): UploaderHello | undefined {
  try {
    const message = parseUploaderMessage(header);
    return message?.type === "hello" ? message : undefined;
  } catch {
    return undefined;
  }
}
