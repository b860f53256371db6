import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What {@link probeVideoFile} found in a file. */
export interface VideoFile {
  /** As it is shown: turned upright, with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second, as a fraction; `undefined` where that is not known. */
  readonly rate: { readonly numerator: number; readonly denominator: number } | undefined;
  readonly hasSound: boolean;
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

/** How long a look into a file may take, in ms. */
const probeTimeout = 10_000;

/** Looks into a file with ffmpeg's ffprobe; rejects with an Error that says in a sentence why it cannot be played. */
export async function probeVideoFile(path: string): Promise<VideoFile> {
  const streams = await probe(path);
  // The cover of an album is a picture, not a film.
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
    hasSound: streams.some((stream) => stream.codec_type === "audio"),
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
      throw new Error("ffmpeg is not on PATH; it is what plays a file (install the package ffmpeg)", {
        cause,
      });
    const reason = stderr?.trim().split("\n").at(-1)?.replace(`file:${path}: `, "");
    throw new Error(`${path} cannot be played: ${reason || "ffprobe did not say why"}`, { cause });
  }
}

/** Reads "30000/1001" or "4:3"; `undefined` where either is nothing. */
function fraction(text: string | undefined): VideoFile["rate"] {
  const [numerator = 0, denominator = 0] = (text ?? "").split(/[/:]/).map(Number);
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : undefined;
}
