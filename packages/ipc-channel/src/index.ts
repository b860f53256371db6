export type { CloseReason } from "./channel/channel-end.ts";
export type { ChannelStats } from "./channel/channel-stats.ts";
export type { IPCChannelLike } from "./channel/ipc-channel-like.ts";
export type { Message } from "./channel/message.ts";
export type { Traffic } from "./channel/traffic.ts";
export { IPCChannelError, type IPCChannelErrorCode, isIPCChannelError } from "./errors/ipc-channel-error.ts";
export { Admission, type AdmissionOptions } from "./handshake/admission.ts";
export type { Role } from "./handshake/handshake.ts";
export { IPCChannel } from "./ipc-channel.ts";
export { IPCServer } from "./ipc-server.ts";
export type {
  ChannelOptions,
  ConnectOptions,
  HeartbeatOptions,
  ListenOptions,
  SchemaOption,
  TransportConnectOptions,
  TransportListenOptions,
  TransportOptions,
} from "./options/channel-options.ts";
export { checkOptionNames } from "./options/check-option-names.ts";
export { maxTimerDelay } from "./options/max-timer-delay.ts";
export { transportConnectOptionNames, transportListenOptionNames } from "./options/option-names.ts";
export {
  type TransportConnectSettings,
  type TransportListenSettings,
  type TransportSettings,
  transportConnectSettings,
  transportListenSettings,
} from "./options/transport-settings.ts";
export { validate } from "./options/validate.ts";
export { absoluteSocketPath, socketPath } from "./paths/socket-path.ts";
export type { CarrierLink, PayloadCarrier, PayloadRoute, PayloadStats } from "./payloads/payload-carrier.ts";
export { ClaimedQueue } from "./queue/claimed-queue.ts";
export { PullQueue } from "./queue/pull-queue.ts";
export { settleInTurn } from "./queue/settle-in-turn.ts";
export { Backoff, type BackoffOptions } from "./sockets/backoff.ts";
export type { OwnBytes } from "./wire/own-bytes.ts";
export { PayloadPool } from "./wire/payload-pool.ts";
