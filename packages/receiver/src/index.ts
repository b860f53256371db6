export { socketPath } from "@broadcast-ipc/ipc-channel";
export { type AudioDemand, type Demand, now, type VideoDemand } from "@broadcast-ipc/protocol";
export { BroadcastReceiver } from "./broadcast-receiver.ts";
export type { ReceiverEvents } from "./receiver-events.ts";
export type { ReceiverOptions } from "./receiver-options.ts";
export type { ReceiverStats } from "./receiver-stats.ts";
export type { PictureSample, Sample } from "./sample.ts";
