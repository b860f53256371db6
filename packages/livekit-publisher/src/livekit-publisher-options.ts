import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import type { RemoteParticipant } from "@livekit/rtc-node";
import {
  codecs,
  degradations,
  encoders,
  type LiveKitDegradation,
  type LiveKitEncoder,
  type LiveKitVideoCodec,
} from "./track-choices.ts";

/** The video track of a {@link LiveKitPublisher}. */
export interface LiveKitVideoOptions {
  /** Name of the track. Default "screen". */
  readonly name?: string | undefined;
  /** Default "vp8". With "vp9" and "av1", the library may leave areas of a screen out of date for some seconds. */
  readonly codec?: LiveKitVideoCodec | undefined;
  /**
   * Maximum bit rate in bits per second. Default: 5,000,000, and in proportion more if the first frame has more pixels
   * than 1920x1080.
   */
  readonly maxBitrate?: number | undefined;
  /** Maximum number of frames per second that are captured and sent. Default 30. */
  readonly maxFps?: number | undefined;
  /** Maximum width that is captured and sent, in pixels. Default: the source's own width. */
  readonly maxWidth?: number | undefined;
  /** Maximum height that is captured and sent, in pixels. Default: the source's own height. */
  readonly maxHeight?: number | undefined;
  /**
   * Whether a second encoding of half the size at 3 frames per second is offered to viewers with little bandwidth. It is
   * encoded only while a viewer receives it. Default `false`, because a viewer with a small video element would receive
   * the second encoding too.
   */
  readonly simulcast?: boolean | undefined;
  /** Scalability mode (SVC) of "vp9" and "av1", such as "L2T2": several layers in one encoding. Default: none. */
  readonly scalabilityMode?: string | undefined;
  /** Encoder of the LiveKit library. Default "auto". */
  readonly encoder?: LiveKitEncoder | undefined;
  /** What the encoder keeps when bandwidth or CPU is short. Default "maintain-resolution", so that text stays readable. */
  readonly degradation?: LiveKitDegradation | undefined;
}

/** The audio track of a {@link LiveKitPublisher}. */
export interface LiveKitAudioOptions {
  /** Name of the track. Default "screen-audio". */
  readonly name?: string | undefined;
  /** Maximum bit rate in bits per second. Default 128,000. */
  readonly maxBitrate?: number | undefined;
}

/** Options of {@link LiveKitPublisher.publish}. */
export interface LiveKitPublisherOptions {
  /** Settings of the video track. */
  readonly video?: LiveKitVideoOptions | undefined;
  /** `false` publishes no audio. Default: audio is published if the source sends any. */
  readonly audio?: LiveKitAudioOptions | false | undefined;
  /**
   * Decides whether a participant may send input to the source. It is called for every input, and for every notice of the page. Only `true` admits; an
   * error admits nobody. Default: no participant may.
   */
  readonly allowInput?: ((participant: RemoteParticipant) => boolean) | undefined;
}

/** {@link LiveKitVideoOptions} with the defaults filled in. */
export interface VideoSettings {
  readonly name: string;
  readonly codec: LiveKitVideoCodec;
  readonly maxBitrate: number | undefined;
  readonly maxFps: number;
  readonly maxWidth: number | undefined;
  readonly maxHeight: number | undefined;
  readonly simulcast: boolean;
  readonly scalabilityMode: string | undefined;
  readonly encoder: LiveKitEncoder;
  readonly degradation: LiveKitDegradation;
}

/** {@link LiveKitPublisherOptions} with the defaults filled in. */
export interface PublisherSettings {
  readonly video: VideoSettings;
  readonly audio: { readonly name: string; readonly maxBitrate: number } | undefined;
  readonly allowInput: ((participant: RemoteParticipant) => boolean) | undefined;
}

type Names<Options> = Record<keyof Options, true>;

const optionNames: Names<LiveKitPublisherOptions> = { video: true, audio: true, allowInput: true };
const audioNames: Names<LiveKitAudioOptions> = { name: true, maxBitrate: true };
const videoNames: Names<LiveKitVideoOptions> = {
  name: true,
  codec: true,
  maxBitrate: true,
  maxFps: true,
  maxWidth: true,
  maxHeight: true,
  simulcast: true,
  scalabilityMode: true,
  encoder: true,
  degradation: true,
};

/** Checks and copies the options. Throws a RangeError that names an invalid option. */
export function publisherSettings(options: LiveKitPublisherOptions): PublisherSettings {
  checkOptionNames(options, optionNames);
  const { video = {}, audio = {}, allowInput } = options;
  checkOptionNames(video, videoNames, "video");
  checkOptionNames(audio, audioNames, "audio");
  if (allowInput !== undefined && typeof allowInput !== "function") {
    throw new RangeError(`allowInput must be a function, got ${typeof allowInput}`);
  }
  const { name = "screen", codec = "vp8", encoder = "auto", degradation = "maintain-resolution" } = video;
  const { maxBitrate, maxWidth, maxHeight, maxFps = 30, simulcast = false, scalabilityMode } = video;
  oneOf("video.codec", codec, codecs);
  oneOf("video.encoder", encoder, encoders);
  oneOf("video.degradation", degradation, degradations);
  within("video.maxFps", maxFps, 1, 240);
  if (maxBitrate !== undefined) within("video.maxBitrate", maxBitrate, 10_000, 1e9);
  if (maxWidth !== undefined) within("video.maxWidth", maxWidth, 1, 65_535);
  if (maxHeight !== undefined) within("video.maxHeight", maxHeight, 1, 65_535);
  if (scalabilityMode !== undefined && (codec === "vp8" || codec === "h264")) {
    throw new RangeError(`video.scalabilityMode needs the codec vp9 or av1, got ${codec}`);
  }
  return {
    video: {
      name,
      codec,
      encoder,
      degradation,
      maxBitrate,
      maxFps,
      maxWidth,
      maxHeight,
      simulcast,
      scalabilityMode,
    },
    audio: audio === false ? undefined : audioSettings(audio),
    allowInput,
  };
}

function audioSettings({ name = "screen-audio", maxBitrate = 128_000 }: LiveKitAudioOptions) {
  within("audio.maxBitrate", maxBitrate, 6_000, 510_000);
  return { name, maxBitrate };
}

function oneOf(name: string, value: string, choices: object): void {
  if (Object.hasOwn(choices, value)) return;
  throw new RangeError(`${name} must be one of ${Object.keys(choices).join(", ")}, got ${String(value)}`);
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a number from ${least} to ${most}, got ${String(value)}`);
}
