/** Format of an interleaved PCM value (WebCodecs `AudioSampleFormat`), little-endian: 16-bit integer, or 32-bit float from -1 to 1. */
export type AudioSampleFormat = "s16" | "f32";

/**
 * A span of uncompressed, interleaved audio.
 *
 * @example
 * ```js
 * // 10 ms of stereo silence:
 * const sample = {
 *   type: "audio",
 *   format: "s16",
 *   sampleRate: 48_000,
 *   numberOfChannels: 2,
 *   numberOfFrames: 480,
 *   data: new Uint8Array(480 * 2 * 2),
 *   timestamp: Number(process.hrtime.bigint() / 1_000n),
 * };
 * ```
 */
export interface AudioSample {
  readonly type: "audio";
  readonly format: AudioSampleFormat;
  /** Frames per second, in Hz. */
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  /** Number of audio frames in `data`. An audio frame has one value for each channel. */
  readonly numberOfFrames: number;
  readonly data: Uint8Array;
  /** Microseconds of the machine's monotonic clock (`process.hrtime`) at the first audio frame. */
  readonly timestamp: number;
  /** The owner of the sample calls this once, when `data` is no longer needed. */
  [Symbol.dispose]?(): void;
}
