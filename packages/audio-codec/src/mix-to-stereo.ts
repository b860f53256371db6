import type { AudioSample, AudioSampleFormat } from "./audio-sample.ts";
import { checkedMetadata } from "./broadcast-audio-codec.ts";
import { type Downmix, downmix } from "./downmix.ts";

/** Options of {@link mixToStereo}. */
export interface MixOptions {
  /** Format of the mixed values. */
  readonly format: AudioSampleFormat;
}

/** `Int16Array<ArrayBuffer>`. TypeScript before 5.7 has no such type arguments. */
type OwnInt16Array = ReturnType<typeof Int16Array.of>;
/** `Float32Array<ArrayBuffer>`, see {@link OwnInt16Array}. */
type OwnFloat32Array = ReturnType<typeof Float32Array.of>;

const fullScale = 32_768;
const downmixes = new Map<number, Downmix>();

/**
 * Mixes a sample of 1 to 32 channels to interleaved stereo, in a buffer of its own. The rate stays the same.
 *
 * No channel is left out, and full-scale input does not clip:
 *
 * - Mono goes to both sides. Stereo passes unchanged.
 * - 3 to 8 channels have the order of RFC 9639, section 9.1.3, which is also the order of WAVE: 3.0, quad, 5.0, 5.1,
 *   6.1, 7.1. Centre and surround channels are mixed at -3 dB, as in ITU-R BS.775, and the LFE channel at -6 dB.
 * - More channels have no standard order: they alternate between left and right, and an odd last channel goes to both.
 * - Both sides are scaled by the same factor, so that the weights of each side add up to at most 1.
 *
 * Values beyond full scale are clamped, and NaN becomes silence. Throws `ERR_AUDIO_INVALID_SAMPLE` for an invalid field,
 * and `ERR_AUDIO_SIZE_MISMATCH` if the length of `data` does not match the number of frames.
 *
 * @example
 * ```js
 * const stereo = mixToStereo(sample, { format: "s16" }); // Int16Array: left, right, left, right, …
 * ```
 */
export function mixToStereo(sample: AudioSample, options: { readonly format: "s16" }): OwnInt16Array;
export function mixToStereo(sample: AudioSample, options: { readonly format: "f32" }): OwnFloat32Array;
export function mixToStereo(sample: AudioSample, options: MixOptions): OwnInt16Array | OwnFloat32Array {
  const { format: from, numberOfChannels, numberOfFrames } = checkedMetadata(sample);
  const { format: to } = options;
  const values = from === "s16" ? viewOf(sample.data, Int16Array) : viewOf(sample.data, Float32Array);
  const scale = (to === "s16" ? fullScale : 1) / (from === "s16" ? fullScale : 1);
  const weights = weightsOf(numberOfChannels, scale);
  if (to === "f32") return mixToF32(values, weights, new Float32Array(numberOfFrames * 2));
  if (from === "s16" && numberOfChannels === 2) return new Int16Array(values);
  return mixToS16(values, weights, new Int16Array(numberOfFrames * 2));
}

type Values = Int16Array | Float32Array;

function mixToS16(values: Values, weights: Downmix, stereo: OwnInt16Array): OwnInt16Array {
  const { left, right } = weights;
  const channels = left.length;
  for (let from = 0, to = 0; to < stereo.length; to += 2) {
    let leftSum = 0;
    let rightSum = 0;
    for (let channel = 0; channel < channels; channel++, from++) {
      const value = finite(values[from] ?? 0);
      leftSum += value * (left[channel] ?? 0);
      rightSum += value * (right[channel] ?? 0);
    }
    stereo[to] = clamp(Math.round(leftSum), -fullScale, fullScale - 1);
    stereo[to + 1] = clamp(Math.round(rightSum), -fullScale, fullScale - 1);
  }
  return stereo;
}

/** Repeats the loop of {@link mixToS16}. A shared loop would be slower, because it would see arrays of several types. */
function mixToF32(values: Values, weights: Downmix, stereo: OwnFloat32Array): OwnFloat32Array {
  const { left, right } = weights;
  const channels = left.length;
  for (let from = 0, to = 0; to < stereo.length; to += 2) {
    let leftSum = 0;
    let rightSum = 0;
    for (let channel = 0; channel < channels; channel++, from++) {
      const value = finite(values[from] ?? 0);
      leftSum += value * (left[channel] ?? 0);
      rightSum += value * (right[channel] ?? 0);
    }
    stereo[to] = clamp(leftSum, -1, 1);
    stereo[to + 1] = clamp(rightSum, -1, 1);
  }
  return stereo;
}

/** Returns the weights of the downmix, multiplied by `scale`. */
function weightsOf(channels: number, scale: number): Downmix {
  let weights = downmixes.get(channels);
  if (!weights) {
    weights = downmix(channels);
    downmixes.set(channels, weights);
  }
  if (scale === 1) return weights;
  return {
    left: weights.left.map((weight) => weight * scale),
    right: weights.right.map((weight) => weight * scale),
  };
}

/** Replaces NaN by 0 and an infinite float by 1 or -1. An infinite value times a weight of 0 would be NaN. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 0 : Math.sign(value);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** Returns the bytes as values. Bytes that do not start at a multiple of the value size are copied first. */
function viewOf<T>(
  data: Uint8Array,
  View: {
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
    readonly BYTES_PER_ELEMENT: number;
  },
): T {
  const size = View.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, byteLength } = data.byteOffset % size === 0 ? data : new Uint8Array(data);
  return new View(buffer, byteOffset, byteLength / size);
}
