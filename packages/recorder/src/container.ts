/** A video codec that {@link Recorder} can encode. */
export type VideoCodec = "h264" | "vp9" | "vp8";

/** An audio codec that {@link Recorder} can encode. */
export type AudioCodec = "aac" | "opus";

/** A file format, and the codecs that it may contain. The first codec of each list is the default. */
export interface Container {
  readonly videoCodecs: readonly [VideoCodec, ...VideoCodec[]];
  readonly audioCodecs: readonly [AudioCodec, ...AudioCodec[]];
  /** The ffmpeg arguments of the format. */
  readonly arguments: readonly string[];
}

/** Names of ffmpeg's encoders. */
export const encoders: Readonly<Record<VideoCodec | AudioCodec, string>> = {
  h264: "libx264",
  vp9: "libvpx-vp9",
  vp8: "libvpx",
  aac: "aac",
  opus: "libopus",
};

/** Maximum time between key frames in seconds. A recording that is cut off can lose its last interval. */
export const keyInterval = 2;

const containers: Readonly<Record<string, Container>> = {
  ".mp4": {
    videoCodecs: ["h264"],
    audioCodecs: ["aac"],
    arguments: [
      // A fragmented file can be played while ffmpeg writes it. The header is written with the first fragment, because
      // the offset between audio and video is unknown until then.
      ...["-movflags", "+frag_keyframe+empty_moov+delay_moov+default_base_moof"],
      ...["-frag_duration", String(keyInterval * 1_000_000), "-video_track_timescale", "90000", "-f", "mp4"],
    ],
  },
  ".webm": {
    videoCodecs: ["vp9", "vp8"],
    audioCodecs: ["opus"],
    arguments: ["-cluster_time_limit", String(keyInterval * 1000), "-f", "webm"],
  },
};

/** Returns the container for the extension of a path, and its name. Throws a RangeError for other extensions. */
export function containerOf(path: string): { readonly name: string; readonly container: Container } {
  const name = /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? "";
  const container = Object.hasOwn(containers, name) ? containers[name] : undefined;
  if (!container) throw new RangeError(`path must end in .mp4 or .webm, got ${path}`);
  return { name, container };
}
