import { resolve } from "node:path";
import { checkOptionNames } from "@broadcast-ipc/ipc-channel";
import { type AudioCodec, type Container, containerOf, type VideoCodec } from "./container.ts";

/**
 * Size of the file's frames. `"largest"` is as wide as the widest frame and as high as the highest, up to 2^26 pixels.
 * `"first"` is the size of the first frame. Both are at least 16x16. Frames of other sizes are scaled to fit, with black
 * bars.
 */
export type RecordingSize = "largest" | "first" | { readonly width: number; readonly height: number };

/** The video track of a recording. */
export interface RecordingVideoOptions {
  /** Default: "h264" in `.mp4`, "vp9" in `.webm`. */
  readonly codec?: VideoCodec | undefined;
  /** Average bit rate in bits per second. Default: a constant quality, so the rate depends on the content. */
  readonly bitrate?: number | undefined;
  /** Default "largest". */
  readonly size?: RecordingSize | undefined;
}

/** The audio track of a recording. */
export interface RecordingAudioOptions {
  /** Default: "aac" in `.mp4`, "opus" in `.webm`. */
  readonly codec?: AudioCodec | undefined;
  /** Bit rate in bits per second. Default 128,000. */
  readonly bitrate?: number | undefined;
}

/** Options of {@link Recorder.start}. */
export interface RecorderOptions {
  /** Settings of the video track. */
  readonly video?: RecordingVideoOptions | undefined;
  /** `false` records no audio. Default: the file has an audio track, which is silent while no audio arrives. */
  readonly audio?: RecordingAudioOptions | false | undefined;
  /** Whether an existing file is replaced. Default false: {@link Recorder.start} rejects with ERR_RECORDER_FILE_EXISTS. */
  readonly overwrite?: boolean | undefined;
  /** Ends the recording like {@link Recorder.stop}: the file contains what was recorded until then. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each frame that was written to ffmpeg. */
  readonly onProgress?: ((progress: RecordingProgress) => void) | undefined;
}

/** Progress of a recording. `received` is always the sum of `frames`, `skipped`, `leftOut` and `waiting`. */
export interface RecordingProgress {
  /** Duration of the recording in seconds. */
  readonly seconds: number;
  /** Number of frames that the recorder was given. */
  readonly received: number;
  /** Number of recorded frames. During the recording, ffmpeg may not have written the last ones to the file yet. */
  readonly frames: number;
  /** Number of frames that could not be converted or decoded. */
  readonly skipped: number;
  /** Number of frames for which {@link Recorder.write} rejected with ERR_RECORDER_TOO_MUCH_WAITING. */
  readonly leftOut: number;
  /** Number of frames that wait in memory. */
  readonly waiting: number;
  /** Number of audio samples that could not be converted. */
  readonly skippedAudio: number;
  /** Why a sample was skipped last; `undefined` if none was. */
  readonly skipReason: string | undefined;
  /** Size of the file and its parts in bytes, as last reported by ffmpeg. After {@link Recorder.stop}: size of the file. */
  readonly bytes: number;
}

/** What is in the file. `received` is the sum of `frames`, `skipped` and `leftOut`. */
export type RecordingSummary = Omit<RecordingProgress, "waiting">;

/** {@link RecorderOptions} with the defaults filled in. */
export interface RecorderSettings {
  /** The absolute path of the file. */
  readonly path: string;
  readonly container: Container;
  readonly video: {
    readonly codec: VideoCodec;
    readonly bitrate: number | undefined;
    readonly size: RecordingSize;
  };
  readonly audio: { readonly codec: AudioCodec; readonly bitrate: number } | undefined;
  readonly overwrite: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: RecordingProgress) => void) | undefined;
}

const optionNames: Names<RecorderOptions> = {
  video: true,
  audio: true,
  overwrite: true,
  signal: true,
  onProgress: true,
};
const videoNames: Names<RecordingVideoOptions> = { codec: true, bitrate: true, size: true };
const audioNames: Names<RecordingAudioOptions> = { codec: true, bitrate: true };

type Names<Options> = Record<keyof Options, true>;

const longestSide = 16_384;
const shortestSide = 16;

/** Checks and copies the options. Throws a RangeError that names an invalid option. */
export function recorderSettings(path: string, options: RecorderOptions): RecorderSettings {
  checkOptionNames(options, optionNames);
  const { video = {}, audio = {}, overwrite = false, signal, onProgress } = options;
  checkOptionNames(video, videoNames, "video");
  checkOptionNames(audio, audioNames, "audio");
  const { name, container } = containerOf(path);
  if (typeof overwrite !== "boolean")
    throw new RangeError(`overwrite must be true or false, got ${String(overwrite)}`);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new RangeError(`signal must be an AbortSignal, got ${typeof signal}`);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw new RangeError(`onProgress must be a function, got ${typeof onProgress}`);
  const { codec = container.videoCodecs[0], bitrate, size = "largest" } = video;
  oneOf("video.codec", codec, container.videoCodecs, name);
  if (bitrate !== undefined) within("video.bitrate", bitrate, 10_000, 1e9);
  const settings = {
    ...{ path: resolve(path), container, overwrite, signal, onProgress },
    video: { codec, bitrate, size: checkSize(size) },
  };
  if (audio === false) return { ...settings, audio: undefined };
  const { codec: audioCodec = container.audioCodecs[0], bitrate: audioBitrate = 128_000 } = audio;
  oneOf("audio.codec", audioCodec, container.audioCodecs, name);
  within("audio.bitrate", audioBitrate, 8_000, 512_000);
  return { ...settings, audio: { codec: audioCodec, bitrate: audioBitrate } };
}

function checkSize(size: RecordingSize): RecordingSize {
  if (size === "largest" || size === "first") return size;
  if (typeof size !== "object" || size === null)
    throw new RangeError(`video.size must be "largest", "first" or { width, height }, got ${String(size)}`);
  const { width, height } = size;
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side))
      throw new RangeError(`video.size.${name} must be an integer, got ${String(side)}`);
    within(`video.size.${name}`, side, shortestSide, longestSide);
  }
  return { width, height };
}

function oneOf(name: string, value: string, choices: readonly string[], container: string): void {
  if (choices.includes(value)) return;
  throw new RangeError(`${name} must be ${choices.join(" or ")} in ${container}, got ${String(value)}`);
}

function within(name: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a number from ${least} to ${most}, got ${String(value)}`);
}
