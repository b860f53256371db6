import type { Rotation } from "@broadcast-ipc/image-codec";

/** Properties of a recording that are fixed when the recording starts. */
export interface RecordingFormat {
  /** Path of the file; ends in ".mp4" or ".webm". */
  readonly path: string;
  /** ffmpeg's name for the decoder of the frames. */
  readonly decoder: "bmp" | "mjpeg";
  /** Size of the first frame, before rotation. */
  readonly width: number;
  readonly height: number;
  readonly rotation: Rotation;
}

/** Maximum time between key frames in seconds. A recording that is cut off can lose its last interval. */
const keyInterval = 2;

/** Returns the ffmpeg arguments that record a Matroska stream from standard input. */
export function encoderArguments({ path, decoder, width, height, rotation }: RecordingFormat): string[] {
  return [
    // The header is complete, so ffmpeg need not probe the stream.
    ...["-fpsprobesize", "0", "-analyzeduration", "0"],
    ...["-c:v", decoder, "-f", "matroska", "-i", "pipe:0", "-map", "0:v", "-map", "0:a?"],
    ...["-vf", [place(width, height), ...turn(rotation)].join(",")],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    // Keeps the timestamp of each frame: ffmpeg neither repeats nor drops frames, and does not round timestamps.
    ...["-fps_mode", "passthrough", "-enc_time_base", "1:90000"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${keyInterval})`],
    ...["-ar", "48000", "-ac", "2"],
    ...(path.endsWith(".webm") ? webm : mp4),
    // Writes each packet to the file immediately.
    ...["-flush_packets", "1", "-y", `file:${path}`],
  ];
}

const webm = [
  ...["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1"],
  ...["-crf", "32", "-b:v", "0", "-lag-in-frames", "0"],
  ...["-c:a", "libopus", "-cluster_time_limit", String(keyInterval * 1000), "-f", "webm"],
];

const mp4 = [
  ...["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-c:a", "aac"],
  // A fragmented file can be played while ffmpeg writes it. The header is written with the first fragment, because the
  // offset between audio and video is unknown until then.
  ...["-movflags", "+frag_keyframe+empty_moov+delay_moov+default_base_moof"],
  ...["-frag_duration", String(keyInterval * 1_000_000), "-video_track_timescale", "90000", "-f", "mp4"],
];

/**
 * Returns filters that fit every frame into the size of the first frame, with black bars. The codecs need even sizes.
 */
function place(width: number, height: number): string {
  const even = { width: width + (width % 2), height: height + (height % 2) };
  return [
    `scale=${width}:${height}:force_original_aspect_ratio=decrease:out_color_matrix=bt709:out_range=tv`,
    "format=yuv420p",
    `pad=${even.width}:${even.height}:(ow-iw)/2:(oh-ih)/2`,
    "setsar=1",
  ].join(",");
}

function turn(rotation: Rotation): string[] {
  if (rotation === 0) return [];
  return { 90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"] }[rotation];
}
