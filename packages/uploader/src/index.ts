export { now } from "@broadcast-ipc/clock";
export { type OwnBytes, socketPath } from "@broadcast-ipc/ipc-channel";
export type {
  AudioDemand,
  Demand,
  MessageArguments,
  MessageSchemas,
  MessagesOptions,
  ReceivedMessage,
  UploadCounts,
  UploadOutcome,
  VideoDemand,
} from "@broadcast-ipc/protocol";
export { BroadcastUploader } from "./broadcast-uploader.ts";
export type { WantedOptions } from "./demand-watch.ts";
export { FanOut } from "./fan-out.ts";
export type { FanOutTarget } from "./fan-out-branch.ts";
export type { FanOutEvents } from "./fan-out-events.ts";
export type { FanOutOutcomes } from "./fan-out-outcomes.ts";
export type { UploaderEvents } from "./uploader-events.ts";
export type { ConnectOptions, ReconnectOptions, UploaderOptions } from "./uploader-options.ts";
export type { UploaderStats } from "./uploader-stats.ts";
