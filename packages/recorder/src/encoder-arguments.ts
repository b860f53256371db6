import type { Canvas } from "./canvas.ts";
import { encoders, keyInterval, type VideoCodec } from "./container.ts";
import type { RecorderSettings } from "./recorder-options.ts";

/** What the ffmpeg arguments of a file depend on. */
export interface EncoderOrder {
  readonly settings: Pick<RecorderSettings, "container" | "video" | "audio">;
  /** Absolute path of the file that ffmpeg writes. */
  readonly path: string;
  readonly canvas: Canvas;
  /** The ffmpeg arguments that keep the timestamp of each frame. */
  readonly keepTimes: readonly string[];
}

/**
 * Returns the ffmpeg arguments that record a Matroska stream from standard input.
 * @param decoder ffmpeg's name for the decoder of the frames.
 */
export function encoderArguments(order: EncoderOrder, decoder: "bmp" | "mjpeg"): string[] {
  return [
    // ffmpeg leaves out frames that it cannot decode. With its default limit, it would fail after many of them.
    ...["-max_error_rate", "1"],
    // A further part does not begin at 0.
    "-copyts",
    // The header is complete, so ffmpeg need not probe the stream.
    ...["-fpsprobesize", "0", "-analyzeduration", "0"],
    // ffmpeg reads the next frame while it encodes one. On one thread, it took 60 % of the raw 1080p frames of a screen.
    ...["-thread_queue_size", "8"],
    ...["-c:v", decoder, "-f", "matroska", "-i", "pipe:0", "-map", "0:v", "-map", "0:a?"],
    ...videoArguments(order),
    ...audioArguments(order),
    ...outputArguments(order),
  ];
}

/** Returns the output options that fit frames into the canvas and encode them, after other filters. */
export function videoArguments(
  { settings, canvas, keepTimes }: EncoderOrder,
  ...filters: readonly string[]
): string[] {
  const { codec, bitrate } = settings.video;
  return [
    ...["-vf", [...filters, ...placing(canvas)].join(",")],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    // ffmpeg neither repeats nor drops frames, and does not round timestamps.
    ...[...keepTimes, "-enc_time_base", "1:90000"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${keyInterval})`],
    ...["-c:v", encoders[codec], ...qualityArguments[codec](canvas, bitrate)],
  ];
}

/** Returns the output options that encode audio. */
export function audioArguments({ settings: { audio } }: EncoderOrder): string[] {
  if (!audio) return [];
  return ["-ar", "48000", "-ac", "2", "-c:a", encoders[audio.codec], "-b:a", String(audio.bitrate)];
}

/** Returns the output options that write the file. */
export function outputArguments({ settings, path }: EncoderOrder): string[] {
  // Writes each packet to the file immediately.
  return [...settings.container.arguments, "-flush_packets", "1", "-y", `file:${path}`];
}

type QualityArguments = (canvas: Canvas, bitrate: number | undefined) => readonly string[];

const realtime = ["-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"];

const qualityArguments: Readonly<Record<VideoCodec, QualityArguments>> = {
  h264: (_, bitrate) => [...["-preset", "ultrafast"], ...(bitrate ? average(bitrate) : ["-crf", "23"])],
  vp9: (_, bitrate) => [
    ...[...realtime, "-row-mt", "1"],
    ...(bitrate ? average(bitrate) : ["-crf", "32", "-b:v", "0"]),
  ],
  // VP8 has no constant quality without a highest bit rate.
  vp8: ({ width, height }, bitrate) => [
    ...realtime,
    ...(bitrate ? average(bitrate) : ["-crf", "12", "-b:v", String(Math.max(1_000_000, width * height * 5))]),
  ],
};

function average(bitrate: number): string[] {
  return ["-b:v", String(bitrate), "-maxrate", String(bitrate * 2), "-bufsize", String(bitrate * 2)];
}

/** Returns filters that fit every frame into the canvas, with black bars. */
function placing({ width, height }: Canvas): string[] {
  return [
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:out_color_matrix=bt709:out_range=tv`,
    "format=yuv420p",
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
    "setsar=1",
  ];
}
