export { socketPath } from "@broadcast-ipc/ipc-channel";
export {
  type AudioDemand,
  type Demand,
  type MessageArguments,
  type MessageSchemas,
  now,
  type ReceivedMessage,
  type UploadCounts,
  type UploadOutcome,
  type VideoDemand,
} from "@broadcast-ipc/protocol";
export { BroadcastUploader } from "./broadcast-uploader.ts";
export type { WantedOptions } from "./demand-watch.ts";
export type { UploaderEvents } from "./uploader-events.ts";
export type { ConnectOptions, ReconnectOptions, UploaderOptions } from "./uploader-options.ts";
export type { UploaderStats } from "./uploader-stats.ts";
