import type { AudioSampleFormat } from "@broadcast-ipc/audio-codec";

/** Interleaved PCM. */
export interface PcmBlock {
  readonly format: AudioSampleFormat;
  readonly numberOfChannels: number;
  readonly numberOfFrames: number;
}

/** Numbers of channels that browsers can mix down to the channels of the loudspeakers. */
const mixable: readonly number[] = [1, 2, 4, 6];

/**
 * Splits interleaved PCM into channels with values from -1 to 1. Numbers of channels without a standard arrangement are
 * mixed down to two: even channels on the left, odd channels on the right. Throws if the data is too short.
 */
export function toChannels(block: PcmBlock, data: ArrayBuffer): Float32Array<ArrayBuffer>[] {
  const { format, numberOfChannels: count, numberOfFrames } = block;
  const needed = numberOfFrames * count * (format === "f32" ? 4 : 2);
  if (data.byteLength < needed) {
    throw new Error(`a block of audio must have ${needed} bytes, got ${data.byteLength}`);
  }
  const values = format === "f32" ? new Float32Array(data) : new Int16Array(data);
  const scale = format === "f32" ? 1 : 1 / 32_768;
  const targets = mixable.includes(count) ? count : 2;
  return Array.from({ length: targets }, (_, target) => {
    const step = targets === count ? count : 2;
    const sources = Math.ceil((count - target) / step);
    const channel = new Float32Array(numberOfFrames);
    for (let frame = 0; frame < numberOfFrames; frame++) {
      let sum = 0;
      for (let source = target; source < count; source += step) sum += values[frame * count + source] ?? 0;
      channel[frame] = (sum * scale) / sources;
    }
    return channel;
  });
}
