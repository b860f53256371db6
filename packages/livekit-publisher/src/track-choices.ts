import { type TrackPublishOptions, VideoCodec } from "@livekit/rtc-node";

type Choices<Name extends string, Option extends keyof TrackPublishOptions> = Readonly<
  Record<Name, NonNullable<TrackPublishOptions[Option]>>
>;

/** Codec of the published video. */
export type LiveKitVideoCodec = "vp8" | "h264" | "vp9" | "av1" | "h265";

/** Which encoder the LiveKit library uses. If this encoder is missing, the library uses another one. */
export type LiveKitEncoder = "auto" | "software" | "hardware" | "nvenc" | "vaapi" | "videotoolbox";

/** What the encoder keeps when bandwidth or CPU is short: the size, the rate, or some of both. */
export type LiveKitDegradation = "maintain-resolution" | "maintain-framerate" | "balanced";

/** The codecs by name. */
export const codecs: Choices<LiveKitVideoCodec, "videoCodec"> = {
  vp8: VideoCodec.VP8,
  h264: VideoCodec.H264,
  vp9: VideoCodec.VP9,
  av1: VideoCodec.AV1,
  h265: VideoCodec.H265,
};

/** The encoders by name. The numbers are those of `VideoEncoderBackend`, which rtc-node does not export. */
export const encoders: Choices<LiveKitEncoder, "videoEncoder"> = {
  auto: 0,
  software: 1,
  hardware: 2,
  nvenc: 3,
  vaapi: 4,
  videotoolbox: 5,
};

/** The preferences by name. The numbers are those of `DegradationPreference`, which rtc-node does not export. */
export const degradations: Choices<LiveKitDegradation, "degradationPreference"> = {
  balanced: 0,
  "maintain-framerate": 1,
  "maintain-resolution": 2,
};
