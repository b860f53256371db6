import { type AudioSample, type AudioSampleFormat, bytesPerSample } from "@broadcast-ipc/audio-codec";

interface ToneOptions {
  readonly format?: AudioSampleFormat;
  readonly sampleRate?: number;
  readonly numberOfChannels?: number;
  /** The only channel with the tone. All channels have it if this is absent. */
  readonly channel?: number;
  readonly frequency?: number;
  readonly amplitude?: number;
  /** Position of the first audio frame in the tone, in seconds. */
  readonly from?: number;
  readonly numberOfFrames: number;
  readonly timestamp?: number;
}

/** Returns a sample of a sine tone, whose data starts in the middle of a larger buffer. */
export function toneAt(options: ToneOptions): AudioSample & Disposable {
  const { format = "s16", sampleRate = 48_000, numberOfChannels = 2, channel, numberOfFrames } = options;
  const { frequency = 1_000, amplitude = 0.5, from = 0, timestamp = 0 } = options;
  const size = bytesPerSample[format];
  const data = new Uint8Array(numberOfFrames * numberOfChannels * size + 7).subarray(7);
  const view = new DataView(data.buffer, data.byteOffset);
  for (let frame = 0; frame < numberOfFrames; frame++) {
    const value = amplitude * Math.sin(2 * Math.PI * frequency * (from + frame / sampleRate));
    for (let index = 0; index < numberOfChannels; index++) {
      if (channel !== undefined && channel !== index) continue;
      const at = (frame * numberOfChannels + index) * size;
      if (format === "s16") view.setInt16(at, Math.round(value * 32_767), true);
      else view.setFloat32(at, value, true);
    }
  }
  const audio = { format, sampleRate, numberOfChannels, numberOfFrames, data, timestamp };
  return { type: "audio", ...audio, [Symbol.dispose]() {} };
}

/** Returns one side of blocks of interleaved stereo floats. */
export function sideOf(blocks: readonly { readonly data: Uint8Array }[], side: 0 | 1): Float32Array {
  const bytes = Buffer.concat(blocks.map(({ data }) => data));
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return values.filter((_, index) => index % 2 === side);
}

/** Returns the frequency of a tone at 48 kHz, from the first to the last rising zero crossing. */
export function frequencyOf(values: Float32Array): number {
  const crossings: number[] = [];
  for (let index = 1; index < values.length; index++) {
    const before = values[index - 1] ?? 0;
    const after = values[index] ?? 0;
    if (before < 0 && after >= 0) crossings.push(index - after / (after - before));
  }
  const [first = 0] = crossings;
  return ((crossings.length - 1) * 48_000) / ((crossings.at(-1) ?? 0) - first);
}
