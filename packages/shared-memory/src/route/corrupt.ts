import { IPCChannelError } from "@broadcast-ipc/ipc-channel";

/** Returns ERR_IPC_CORRUPT_MESSAGE for something that a peer must not send. */
export function corrupt(message: string): IPCChannelError {
  return new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", `shared memory: ${message}`);
}
