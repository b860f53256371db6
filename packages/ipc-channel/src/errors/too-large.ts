import { IPCChannelError } from "./ipc-channel-error.ts";

/** Returns ERR_IPC_MESSAGE_TOO_LARGE for a header or payload over its limit, both in bytes. */
export function tooLarge(what: "header" | "payload", length: number, limit: number): IPCChannelError {
  const message = `a ${what} of ${length} bytes is over the limit of ${limit}`;
  return new IPCChannelError("ERR_IPC_MESSAGE_TOO_LARGE", message);
}
