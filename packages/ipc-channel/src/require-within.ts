import { IPCChannelError } from "./ipc-channel-error.ts";

/** Throws ERR_IPC_MESSAGE_TOO_LARGE where a header or payload is over its limit, both in bytes. */
export function requireWithin(what: "header" | "payload", length: number, limit: number): void {
  if (length <= limit) return;
  const message = `a ${what} of ${length} bytes is over the limit of ${limit}`;
  throw new IPCChannelError("ERR_IPC_MESSAGE_TOO_LARGE", message);
}
