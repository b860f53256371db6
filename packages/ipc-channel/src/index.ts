export type { ChannelOptions, ListenOptions } from "./channel-options.ts";
export type { CloseReason } from "./close-reason.ts";
export type { Role } from "./handshake.ts";
export { IPCChannel } from "./ipc-channel.ts";
export { IPCChannelError, type IPCChannelErrorCode } from "./ipc-channel-error.ts";
export { IPCServer } from "./ipc-server.ts";
export type { Message } from "./message.ts";
export { PullQueue } from "./pull-queue.ts";
export { socketPath } from "./socket-path.ts";
