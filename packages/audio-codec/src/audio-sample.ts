/**
 * Format of PCM values, as in WebCodecs: `"s16"` is a 16-bit integer, `"f32"` is a 32-bit float from -1 to 1. Values
 * are interleaved and little-endian.
 */
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
  /** Format of the values in `data`. */
  readonly format: AudioSampleFormat;
  /** Audio frames per second. */
  readonly sampleRate: number;
  /** Number of channels, 1 to 32. */
  readonly numberOfChannels: number;
  /** Number of audio frames in `data`. An audio frame has one value for each channel. */
  readonly numberOfFrames: number;
  /** The PCM values: `numberOfFrames` × `numberOfChannels` of them, interleaved. */
  readonly data: Uint8Array;
  /** Capture time of the first audio frame, in microseconds of the machine's monotonic clock (`process.hrtime`). */
  readonly timestamp: number;
  /** Releases the memory of `data`. The owner of the sample calls this method once, after the last use of `data`. */
  [Symbol.dispose]?(): void;
}
