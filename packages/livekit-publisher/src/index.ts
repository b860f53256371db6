export { type ConnectRoomOptions, connectRoom } from "./connect-room.ts";
export type { EndReason } from "./end-reason.ts";
export { LiveKitPublisher } from "./livekit-publisher.ts";
export { LiveKitPublisherError, type LiveKitPublisherErrorCode } from "./livekit-publisher-error.ts";
export type { LiveKitPublisherEvents } from "./livekit-publisher-events.ts";
export type {
  LiveKitAudioOptions,
  LiveKitPublisherOptions,
  LiveKitVideoOptions,
} from "./livekit-publisher-options.ts";
export type { LiveKitPublisherStats, SentVideo } from "./livekit-publisher-stats.ts";
export type { LiveKitDegradation, LiveKitEncoder, LiveKitVideoCodec } from "./track-choices.ts";
