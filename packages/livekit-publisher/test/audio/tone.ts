import { type AudioSample, type AudioSampleFormat, bytesPerSample } from "@broadcast-ipc/audio-codec";

interface ToneOptions {
  readonly format?: AudioSampleFormat;
  readonly sampleRate?: number;
  readonly numberOfChannels?: number;
  /** The only channel with the tone. All channels have it if this is absent. */
  readonly channel?: number;
  readonly frequency?: number;
  /** Position of the first audio frame in the tone, in seconds. */
  readonly from?: number;
  readonly numberOfFrames: number;
}

/** Amplitude of the tones, where full scale is 1. */
export const amplitude = 0.5;

/** Returns a sample of a sine tone, whose data starts in the middle of a larger buffer. */
export function tone(options: ToneOptions): AudioSample {
  const { format = "s16", sampleRate = 48_000, numberOfChannels = 2, channel, numberOfFrames } = options;
  const { frequency = 1_000, from = 0 } = options;
  const size = bytesPerSample[format];
  const data = new Uint8Array(numberOfFrames * numberOfChannels * size + 7).subarray(7);
  const view = new DataView(data.buffer, data.byteOffset);
  for (let frame = 0; frame < numberOfFrames; frame++) {
    const value = amplitude * Math.sin(2 * Math.PI * frequency * (from + frame / sampleRate));
    for (let index = 0; index < numberOfChannels; index++) {
      if (channel !== undefined && channel !== index) continue;
      const at = (frame * numberOfChannels + index) * size;
      if (format === "s16") view.setInt16(at, Math.round(value * 32_768), true);
      else view.setFloat32(at, value, true);
    }
  }
  return { type: "audio", format, sampleRate, numberOfChannels, numberOfFrames, data, timestamp: 0 };
}

/** Returns one channel of interleaved stereo, where full scale is 1. */
export function channelOf(stereo: Int16Array, channel: 0 | 1): Float64Array {
  return Float64Array.from(
    { length: stereo.length / 2 },
    (_, frame) => (stereo[2 * frame + channel] ?? 0) / 32_768,
  );
}

/** Returns the amplitude of one frequency in audio at 48 kHz. The duration should be whole periods. */
export function amplitudeAt(values: Float64Array, frequency: number): number {
  let real = 0;
  let imaginary = 0;
  for (const [index, value] of values.entries()) {
    const angle = (2 * Math.PI * frequency * index) / 48_000;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  }
  return (2 * Math.hypot(real, imaginary)) / values.length;
}

/** Returns the frequency of a tone at 48 kHz, from the first to the last rising zero crossing. */
export function frequencyOf(values: Float64Array): number {
  const crossings: number[] = [];
  for (let index = 1; index < values.length; index++) {
    const before = values[index - 1] ?? 0;
    const after = values[index] ?? 0;
    if (before < 0 && after >= 0) crossings.push(index - after / (after - before));
  }
  const [first = 0] = crossings;
  return ((crossings.length - 1) * 48_000) / ((crossings.at(-1) ?? 0) - first);
}
