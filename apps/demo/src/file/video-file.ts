import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Properties of a video file. */
export interface VideoFile {
  /** Displayed width: after rotation, and with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames per second as a fraction; `undefined` if unknown. */
  readonly rate: { readonly numerator: number; readonly denominator: number } | undefined;
  readonly hasAudio: boolean;
}

interface Stream {
  readonly codec_type?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** Longest wait for ffprobe, in ms. */
const probeTimeout = 10_000;

/** Reads the properties of a video file with ffprobe. Rejects with a user-facing Error if the file cannot be played. */
export async function probeVideoFile(path: string): Promise<VideoFile> {
  const streams = await probe(path);
  // Ignores album covers, which ffprobe lists as video streams with `attached_pic`.
  const video = streams.find((stream) => stream.codec_type === "video" && !stream.disposition?.attached_pic);
  if (!video?.width || !video.height) throw new Error(`${path} has no video in it`);
  const pixel = fraction(video.sample_aspect_ratio);
  const width = pixel ? (video.width * pixel.numerator) / pixel.denominator : video.width;
  const rotation = video.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const isOnItsSide = rotation % 180 !== 0;
  return {
    width: isOnItsSide ? video.height : width,
    height: isOnItsSide ? width : video.height,
    rate: fraction(video.avg_frame_rate) ?? fraction(video.r_frame_rate),
    hasAudio: streams.some((stream) => stream.codec_type === "audio"),
  };
}

async function probe(path: string): Promise<readonly Stream[]> {
  try {
    const args = ["-v", "error", "-show_streams", "-of", "json", `file:${path}`];
    const { stdout } = await promisify(execFile)("ffprobe", args, { timeout: probeTimeout });
    return (JSON.parse(stdout) as { streams: readonly Stream[] }).streams;
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new Error("ffmpeg is not on PATH; install the package ffmpeg to play a file", {
        cause,
      });
    const reason = stderr?.trim().split("\n").at(-1)?.replace(`file:${path}: `, "");
    throw new Error(`${path} cannot be played: ${reason || "ffprobe gave no reason"}`, { cause });
  }
}

/** Parses a fraction such as "30000/1001" or "4:3". Returns `undefined` if a part is 0 or missing. */
function fraction(text: string | undefined): VideoFile["rate"] {
  const [numerator = 0, denominator = 0] = (text ?? "").split(/[/:]/).map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}
