import { stereoMix } from "./stereo-mix.ts";
import type { VideoFile } from "./video-file.ts";

/** The format to which ffmpeg converts the audio. */
export const audioFormat = { sampleRate: 48_000, numberOfChannels: 2 } as const;

/** The ffmpeg arguments for a video file, and the resulting video format. */
export interface PlayPlan {
  /** Width of the frames in pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * Duration of the file in microseconds if ffmpeg plays the file once, and has to be started again after this time.
   * `undefined` if ffmpeg plays the file in a loop.
   */
  readonly repeatAfter: number | undefined;
  /** Arguments for ffmpeg. */
  readonly args: readonly string[];
}

interface PlayOptions {
  readonly path: string;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
}

const most = { width: 1920, height: 1080 };

/** Shortest file without audio for which ffmpeg is started again and again, in seconds. */
const shortestRepeat = 2;

/**
 * Prints a line with the timestamp in microseconds for each frame, such as "frame:7 pts:280000 pts_time:0.28". The filter
 * prints only frames that have metadata, so each frame gets some.
 */
const printTimes = [
  "settb=1/1000000",
  "metadata=mode=add:key=is_frame:value=1",
  "metadata=mode=print:file=pipe\\\\:4:direct=1",
];

/**
 * Returns the ffmpeg arguments that play a video file as fast as the output is read. Frames have the file's own timestamps,
 * of which ffmpeg prints a line for each frame to `pipe:4`. Audio starts at time 0 and has no gaps.
 */
export function playArguments(file: VideoFile, { path, size, framesPerSecond }: PlayOptions): PlayPlan {
  const inner = fitInto(file, size ?? { width: Math.min(file.width, most.width), height: most.height });
  const { width, height } = size ?? inner;
  const filters = [
    limitRate(file.constantRate, framesPerSecond),
    ...printTimes,
    `scale=${inner.width}:${inner.height}`,
    `pad=${width}:${height}:-1:-1`,
  ];
  const frames = [
    ...["-map", "0:V:0", "-vf", filters.join(","), "-fps_mode", "passthrough"],
    ...["-pix_fmt", "bgra", "-f", "rawvideo", "pipe:1"],
  ];
  const { sampleRate, numberOfChannels } = audioFormat;
  const audio = file.audio
    ? [
        ...["-map", "0:a:0", "-af", stereoMix(file.audio, sampleRate)],
        ...["-ac", String(numberOfChannels), "-f", "s16le", "pipe:3"],
      ]
    : [];
  // In a loop, ffmpeg ignores the duration of the last frame of a file without audio. That frame may last for most of the
  // file.
  const isRepeated = !file.audio && file.duration !== undefined && file.duration >= shortestRepeat;
  const repeatAfter = isRepeated ? Math.round((file.duration ?? 0) * 1e6) : undefined;
  const loop = isRepeated ? [] : ["-stream_loop", "-1"];
  return { width, height, repeatAfter, args: [...loop, "-i", `file:${path}`, ...frames, ...audio] };
}

/**
 * Returns the filter that limits the frame rate. A constant rate is reduced to an even one. If the rate is not constant
 * after all, `fps` fills gaps with duplicates, which `mpdecimate` drops.
 *
 * Otherwise a frame passes when it is due, one interval after the last one, or up to a quarter of an interval earlier,
 * because some containers round timestamps to milliseconds. ffprobe's rates are not used for this, because they may be
 * averages, or guesses from the first frames.
 */
function limitRate(constantRate: number | undefined, framesPerSecond: number): string {
  if (constantRate !== undefined && constantRate > framesPerSecond)
    return `fps=fps=${framesPerSecond}:start_time=0,mpdecimate=hi=0:lo=0:frac=0`;
  const interval = 1 / framesPerSecond;
  const tolerance = interval / 4;
  // Variable 0 is the time at which the next frame is due. A frame passes if the result is not 0.
  return `select='if(gte(t,ld(0)-${tolerance}),1+st(0,max(ld(0),t-${tolerance})+${interval}))'`;
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
