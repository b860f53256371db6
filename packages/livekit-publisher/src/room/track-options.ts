import { TrackPublishOptions, TrackSource } from "@livekit/rtc-node";
import type { PublisherSettings, VideoSettings } from "../livekit-publisher-options.ts";
import { codecs, degradations, encoders } from "../track-choices.ts";

/** Bit rate of 1920x1080, in bits per second. LiveKit's own preset has 3,000,000, which blurs scrolling text. */
const usualBitrate = 5_000_000;
const usualPixels = 1920 * 1080;

/** Returns the options of a video track whose first frame has this size. */
export function videoTrackOptions(
  settings: VideoSettings,
  { width, height }: { readonly width: number; readonly height: number },
): TrackPublishOptions {
  const maxBitrate =
    settings.maxBitrate ?? Math.round(usualBitrate * Math.max(1, (width * height) / usualPixels));
  return new TrackPublishOptions({
    source: TrackSource.SOURCE_SCREENSHARE,
    videoCodec: codecs[settings.codec],
    videoEncoding: { maxBitrate: BigInt(maxBitrate), maxFramerate: settings.maxFps },
    simulcast: settings.simulcast,
    videoEncoder: encoders[settings.encoder],
    degradationPreference: degradations[settings.degradation],
    ...(settings.scalabilityMode !== undefined && { scalabilityMode: settings.scalabilityMode }),
  });
}

/** Returns the options of the audio track. */
export function audioTrackOptions({
  maxBitrate,
}: NonNullable<PublisherSettings["audio"]>): TrackPublishOptions {
  return new TrackPublishOptions({
    source: TrackSource.SOURCE_SCREENSHARE_AUDIO,
    audioEncoding: { maxBitrate: BigInt(maxBitrate) },
    // Discontinuous transmission is made for voice. It would cut quiet passages off from music.
    dtx: false,
  });
}
