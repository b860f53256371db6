import type { VideoFile } from "./video-file.ts";

/** What sound is turned into. */
export const soundFormat = { sampleRate: 48_000, numberOfChannels: 2 } as const;

/** How a film is played. */
export interface PlayPlan {
  /** Size of the pictures that come out. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly rate: number;
  /** What ffmpeg is told. */
  readonly args: readonly string[];
}

interface PlayOptions {
  readonly path: string;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
}

const most = { width: 1920, height: 1080 };

/**
 * Plays without end, as fast as it is read, at an even rate of no more than the file's own. Both outputs start at 0 and
 * have no holes, so that a count of pictures or samples is a time.
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
  const pictures = [
    "-map",
    "0:V:0",
    "-vf",
    filters.join(","),
    "-pix_fmt",
    "bgra",
    "-f",
    "rawvideo",
    "pipe:1",
  ];
  const { sampleRate, numberOfChannels } = soundFormat;
  const sound = [
    ...["-map", "0:a:0", "-af", `aresample=${sampleRate}:async=1000:first_pts=0`],
    ...["-ac", String(numberOfChannels), "-f", "s16le", "pipe:3"],
  ];
  const args = ["-stream_loop", "-1", "-i", `file:${path}`, ...pictures, ...(file.hasSound ? sound : [])];
  return { width, height, rate: numerator / denominator, args };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest size of the same shape within the bounds, in even numbers, never larger than it is where `bounds` is not. */
function fitInto(shape: Size, bounds: Size): Size {
  const scale = Math.min(bounds.width / shape.width, bounds.height / shape.height);
  return { width: even(shape.width * scale), height: even(shape.height * scale) };
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
