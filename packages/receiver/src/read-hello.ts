import { type IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";
import { type ProtocolError, parseUploaderMessage, type UploaderHello } from "@broadcast-ipc/protocol";

/**
 * Takes messages off the channel up to the uploader's hello. Whatever comes before it goes: without a demand and without
 * credit there is nothing that an uploader may send. Rejects with `signal.reason` on abort, or with what the channel
 * ended with; its `cause` is a malformed message, if there was one, since that may have been meant as the hello.
 */
export async function readHello(
  channel: IPCChannel<unknown, unknown>,
  signal: AbortSignal,
): Promise<UploaderHello> {
  let malformed: ProtocolError | undefined;
  try {
    const messages = channel.messages({ signal });
    for (let result = await messages.next(); !result.done; result = await messages.next()) {
      try {
        const message = parseUploaderMessage(result.value.header);
        if (message?.type === "hello") return message;
      } catch (error) {
        malformed = error as ProtocolError;
      }
    }
    throw new IPCChannelError("ERR_IPC_CLOSED", "the uploader left before it sent a hello");
  } catch (error) {
    if (!malformed || !(error instanceof IPCChannelError)) throw error;
    throw new IPCChannelError(error.code, `${error.message} (${malformed.message})`, { cause: malformed });
  }
}
