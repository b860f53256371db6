/** How one number of interleaved PCM is stored, little-endian (WebCodecs `AudioSampleFormat`): 16-bit integer or 32-bit float in -1..1. */
export type AudioSampleFormat = "s16" | "f32";

/** A stretch of uncompressed, interleaved sound. */
export interface AudioSample {
  readonly type: "audio";
  readonly format: AudioSampleFormat;
  /** Frames a second, in Hz. */
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  /** Frames in `data`; a frame is one number for each channel. */
  readonly numberOfFrames: number;
  readonly data: Uint8Array;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at the first frame. */
  readonly timestamp: number;
  /** Called once by the owner of the sample, when `data` is no longer needed. */
  [Symbol.dispose]?(): void;
}
