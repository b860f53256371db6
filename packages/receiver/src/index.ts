export { type CloseReason, IPCChannelError, socketPath } from "@broadcast-ipc/ipc-channel";
export {
  type AudioDemand,
  type Demand,
  type DurationSummary,
  type MessageArguments,
  type MessageSchemas,
  now,
  type ReceivedMessage,
  type VideoDemand,
} from "@broadcast-ipc/protocol";
export { BroadcastReceiver } from "./broadcast-receiver.ts";
export type { BroadcastServer } from "./broadcast-server.ts";
export type { ReceiverEvents } from "./receiver-events.ts";
export type { ReceiverOptions } from "./receiver-options.ts";
export type { ReceiverStats } from "./receiver-stats.ts";
export type { AudioFormat, PictureSample, Sample, SampleOf } from "./sample.ts";
export type { SamplesOptions } from "./sample-outlet.ts";
