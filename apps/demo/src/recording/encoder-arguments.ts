import type { Rotation } from "@broadcast-ipc/image-codec";

/** What is known of a recording when it begins. */
export interface RecordingFormat {
  /** Where it goes; ends in ".mp4" or ".webm". */
  readonly path: string;
  /** The decoder of the pictures, by ffmpeg's name. */
  readonly decoder: "bmp" | "mjpeg";
  /** Of the first picture, before it is rotated. */
  readonly width: number;
  readonly height: number;
  readonly rotation: Rotation;
}

/** At least so often there is a picture that stands for itself, in seconds: what an unfinished file may lack at its end. */
const keyInterval = 2;

/** What ffmpeg is told to record the Matroska that comes on its standard input. */
export function encoderArguments({ path, decoder, width, height, rotation }: RecordingFormat): string[] {
  return [
    // What there is to know is in the header, so nothing has to be waited for.
    ...["-fpsprobesize", "0", "-analyzeduration", "0"],
    ...["-c:v", decoder, "-f", "matroska", "-i", "pipe:0", "-map", "0:v", "-map", "0:a?"],
    ...["-vf", [place(width, height), ...turn(rotation)].join(",")],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    // Each picture at its own time: none is repeated or dropped to make the rate even, and times are not rounded to one.
    ...["-fps_mode", "passthrough", "-enc_time_base", "1:90000"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${keyInterval})`],
    ...["-ar", "48000", "-ac", "2"],
    ...(path.endsWith(".webm") ? webm : mp4),
    // What is finished goes to the file at once, not when some buffer is full.
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
  // In fragments, each of which can be played as soon as it is written. The header waits for the first one, since only
  // then is known by how much sound begins before pictures.
  ...["-movflags", "+frag_keyframe+empty_moov+delay_moov+default_base_moof"],
  ...["-frag_duration", String(keyInterval * 1_000_000), "-video_track_timescale", "90000", "-f", "mp4"],
];

/** Pictures of another size than the first are fitted into that, on black. The codecs want even sizes. */
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
