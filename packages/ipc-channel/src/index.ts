export { Admission, type AdmissionOptions } from "./admission.ts";
export { Backoff, type BackoffOptions } from "./backoff.ts";
export type { CloseReason } from "./channel-end.ts";
export type {
  ChannelOptions,
  ConnectOptions,
  HeartbeatOptions,
  ListenOptions,
  SchemaOption,
  TransportConnectOptions,
  TransportListenOptions,
  TransportOptions,
} from "./channel-options.ts";
export {
  type ChannelSettings,
  type ConnectSettings,
  connectSettings,
  type ListenSettings,
  listenSettings,
} from "./channel-settings.ts";
export type { ChannelStats, Traffic } from "./channel-stats.ts";
export type { Role } from "./handshake.ts";
export { IPCChannel } from "./ipc-channel.ts";
export { IPCChannelError, type IPCChannelErrorCode, isIPCChannelError } from "./ipc-channel-error.ts";
export type { IPCChannelLike } from "./ipc-channel-like.ts";
export { IPCServer } from "./ipc-server.ts";
export { maxTimerDelay } from "./max-timer-delay.ts";
export type { Message } from "./message.ts";
export { PayloadPool } from "./payload-pool.ts";
export { PullQueue } from "./pull-queue.ts";
export { isTurnOver, settleInTurn } from "./settle-in-turn.ts";
export { absoluteSocketPath, socketPath } from "./socket-path.ts";
export {
  type TransportConnectSettings,
  type TransportListenSettings,
  type TransportSettings,
  transportConnectSettings,
  transportListenSettings,
} from "./transport-settings.ts";
export { validate } from "./validate.ts";
