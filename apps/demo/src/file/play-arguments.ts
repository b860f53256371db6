import type { VideoFile } from "./video-file.ts";

/** The format to which ffmpeg converts the audio. */
export const audioFormat = { sampleRate: 48_000, numberOfChannels: 2 } as const;

/** The ffmpeg arguments for a video file, and the resulting video format. */
export interface PlayPlan {
  /** Width of the frames in pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second. */
  readonly rate: number;
  /** Arguments for ffmpeg. */
  readonly args: readonly string[];
}

interface PlayOptions {
  readonly path: string;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
}

const most = { width: 1920, height: 1080 };

/**
 * Returns the ffmpeg arguments that play a video file in a loop, as fast as the output is read. The frame rate is
 * constant and at most the file's frame rate. Video and audio start at time 0 and have no gaps.
 */
export function playArguments(file: VideoFile, { path, size, framesPerSecond }: PlayOptions): PlayPlan {
  const { numerator, denominator } =
    file.rate && file.rate.numerator / file.rate.denominator <= framesPerSecond
      ? file.rate
      : { numerator: framesPerSecond, denominator: 1 };
  const inner = fitInto(file, size ?? { width: Math.min(file.width, most.width), height: most.height });
  const { width, height } = size ?? inner;
  const filters = [
    `fps=fps=${numerator}/${denominator}:start_time=0`,
    `scale=${inner.width}:${inner.height}`,
    `pad=${width}:${height}:-1:-1`,
  ];
  const frames = ["-map", "0:V:0", "-vf", filters.join(","), "-pix_fmt", "bgra", "-f", "rawvideo", "pipe:1"];
  const { sampleRate, numberOfChannels } = audioFormat;
  const audio = [
    ...["-map", "0:a:0", "-af", `aresample=${sampleRate}:async=1000:first_pts=0`],
    ...["-ac", String(numberOfChannels), "-f", "s16le", "pipe:3"],
  ];
  const args = ["-stream_loop", "-1", "-i", `file:${path}`, ...frames, ...(file.hasAudio ? audio : [])];
  return { width, height, rate: numerator / denominator, args };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Returns the largest even size within `bounds` that has the aspect ratio of `shape`. */
function fitInto(shape: Size, bounds: Size): Size {
  const scale = Math.min(bounds.width / shape.width, bounds.height / shape.height);
  return { width: even(shape.width * scale), height: even(shape.height * scale) };
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
