export { type DurationSummary, now } from "@broadcast-ipc/clock";
export { type CloseReason, IPCChannelError, socketPath } from "@broadcast-ipc/ipc-channel";
export type {
  AudioDemand,
  Demand,
  MessageArguments,
  MessageSchemas,
  MessagesOptions,
  ReceivedMessage,
  VideoDemand,
} from "@broadcast-ipc/protocol";
export { BroadcastReceiver, type BroadcastServer } from "./broadcast-receiver.ts";
export type { DemandChange } from "./check-demand.ts";
export type { ReceiverEvents } from "./receiver-events.ts";
export type { ReceiverOptions } from "./receiver-options.ts";
export type { ReceiverServer } from "./receiver-server.ts";
export type { ReceiverStats } from "./receiver-stats.ts";
export type { AudioFormat, ReceivedImageSample, Sample, SampleOf } from "./sample.ts";
export type { SamplesOptions } from "./sample-reader.ts";
