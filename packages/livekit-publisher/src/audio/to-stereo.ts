import type { AudioMetadata } from "@broadcast-ipc/audio-codec";
import { type Downmix, downmix } from "./downmix.ts";

const fullScale = 32_768;
const downmixes = new Map<number, Downmix>();

/**
 * Converts interleaved PCM to interleaved 16-bit stereo, in a buffer of its own. Values beyond full scale are clamped,
 * and NaN becomes silence.
 * @param data Must have the length that `metadata` states.
 */
export function toStereo({ format, numberOfChannels }: AudioMetadata, data: Uint8Array): Int16Array {
  const values = format === "s16" ? viewOf(data, Int16Array) : viewOf(data, Float32Array);
  if (format === "s16" && numberOfChannels === 2) return new Int16Array(values);
  return mix(values, numberOfChannels, format === "s16" ? 1 : fullScale);
}

function mix(values: Int16Array | Float32Array, channels: number, scale: number): Int16Array {
  const { left, right } = weightsOf(channels);
  const stereo = new Int16Array((values.length / channels) * 2);
  for (let from = 0, to = 0; to < stereo.length; to += 2) {
    let leftSum = 0;
    let rightSum = 0;
    for (let channel = 0; channel < channels; channel++, from++) {
      const value = finite((values[from] ?? 0) * scale);
      leftSum += value * (left[channel] ?? 0);
      rightSum += value * (right[channel] ?? 0);
    }
    stereo[to] = toS16(leftSum);
    stereo[to + 1] = toS16(rightSum);
  }
  return stereo;
}

function weightsOf(channels: number): Downmix {
  let weights = downmixes.get(channels);
  if (!weights) {
    weights = downmix(channels);
    downmixes.set(channels, weights);
  }
  return weights;
}

/** Replaces NaN by 0 and an infinite value by full scale. An infinite value times a weight of 0 would be NaN. */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 0 : Math.sign(value) * fullScale;
}

function toS16(value: number): number {
  return Math.max(-fullScale, Math.min(fullScale - 1, Math.round(value)));
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
