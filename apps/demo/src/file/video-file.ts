import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { reasonIn } from "../ffmpeg/failure-reason.ts";
import type { FileAudio } from "./stereo-mix.ts";

/** Properties of a video file. */
export interface VideoFile {
  /** Displayed width: after rotation, and with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second if ffprobe considers the rate constant, which is a guess. */
  readonly constantRate: number | undefined;
  /** Duration in seconds, with the last frame's; `undefined` if unknown. */
  readonly duration: number | undefined;
  /** The first audio stream. */
  readonly audio: FileAudio | undefined;
}

interface Stream {
  readonly codec_type?: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
  readonly channel_layout?: string;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

interface Probe {
  readonly streams: readonly Stream[];
  readonly format: { readonly duration?: string };
}

/** Longest wait for ffprobe, in ms. */
const probeTimeout = 10_000;

/** Reads the properties of a video file with ffprobe. Rejects with a user-facing Error if the file cannot be played. */
export async function probeVideoFile(path: string): Promise<VideoFile> {
  const { streams, format } = await probe(path);
  // Ignores album covers, which ffprobe lists as video streams with `attached_pic`.
  const video = streams.find((stream) => stream.codec_type === "video" && !stream.disposition?.attached_pic);
  if (!video?.width || !video.height) throw new Error(`${path} has no video in it`);
  const width = video.width * (fraction(video.sample_aspect_ratio) ?? 1);
  const rotation = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const isOnItsSide = rotation % 180 !== 0;
  const audio = streams.find((stream) => stream.codec_type === "audio");
  return {
    width: isOnItsSide ? video.height : width,
    height: isOnItsSide ? width : video.height,
    constantRate: constantRate(video),
    duration: Number(format.duration) || undefined,
    audio: audio && { channels: audio.channels ?? 2, layout: audio.channel_layout ?? "" },
  };
}

async function probe(path: string): Promise<Probe> {
  try {
    const args = ["-v", "error", "-show_streams", "-show_format", "-of", "json", `file:${path}`];
    const { stdout } = await promisify(execFile)("ffprobe", args, { timeout: probeTimeout });
    return JSON.parse(stdout) as Probe;
  } catch (cause) {
    const { code, killed, stderr } = cause as { code?: unknown; killed?: boolean; stderr?: string };
    if (code === "ENOENT")
      throw new Error("ffmpeg is not on PATH; install the package ffmpeg to play a file", {
        cause,
      });
    const reason = killed
      ? `ffprobe has not read it within ${probeTimeout / 1000} s`
      : (reasonIn((stderr ?? "").replaceAll(`file:${path}: `, "")) ?? "ffprobe gave no reason");
    throw new Error(`${path} cannot be played: ${reason}`, { cause });
  }
}

/** Returns the frame rate if the average rate and the rate that fits all timestamps differ by less than 1 %. */
function constantRate({ avg_frame_rate, r_frame_rate }: Stream): number | undefined {
  const average = fraction(avg_frame_rate);
  const fitting = fraction(r_frame_rate);
  if (average === undefined || fitting === undefined) return undefined;
  return Math.abs(average / fitting - 1) < 0.01 ? average : undefined;
}

/** Parses a fraction such as "30000/1001" or "4:3". Returns `undefined` if a part is 0 or missing. */
function fraction(text: string | undefined): number | undefined {
  const [numerator = 0, denominator = 0] = (text ?? "").split(/[/:]/).map(Number);
  return numerator > 0 && denominator > 0 ? numerator / denominator : undefined;
}
