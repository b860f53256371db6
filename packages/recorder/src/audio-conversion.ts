import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { AudioFormat } from "@broadcast-ipc/receiver";

const bytesPerSample = { s16: 2, f32: 4 } as const;

/** Returns the size of an audio frame in bytes. An audio frame has one value for each channel. */
export function bytesPerFrame({ format, numberOfChannels }: AudioFormat): number {
  return bytesPerSample[format] * numberOfChannels;
}

/**
 * Converts audio to another format. Returns the sample's own data if the format is the same. Mono is copied to all
 * channels, several channels are mixed down to mono, and otherwise each channel keeps its position. Resampling is
 * linear, which is sufficient for a format change during a recording. ffmpeg does all other resampling.
 */
export function convertAudio(sample: AudioSample, to: AudioFormat): Uint8Array {
  const isSame =
    sample.format === to.format &&
    sample.sampleRate === to.sampleRate &&
    sample.numberOfChannels === to.numberOfChannels;
  if (isSame) return sample.data;
  const read = reader(sample);
  const frames = Math.round((sample.numberOfFrames * to.sampleRate) / sample.sampleRate);
  const data = new Uint8Array(frames * bytesPerFrame(to));
  const view = new DataView(data.buffer);
  for (let frame = 0; frame < frames; frame++) {
    const position = (frame * sample.sampleRate) / to.sampleRate;
    const before = Math.floor(position);
    for (let channel = 0; channel < to.numberOfChannels; channel++) {
      const first = mix(read, sample.numberOfChannels, to.numberOfChannels, before, channel);
      const second = mix(read, sample.numberOfChannels, to.numberOfChannels, before + 1, channel);
      const value = first + (second - first) * (position - before);
      const offset = frame * bytesPerFrame(to) + channel * bytesPerSample[to.format];
      if (to.format === "f32") view.setFloat32(offset, value, true);
      else view.setInt16(offset, Math.round(Math.max(-1, Math.min(1, value)) * 32_767), true);
    }
  }
  return data;
}

type ReadAudio = (frame: number, channel: number) => number;

/** Returns a function that reads values from -1 to 1. Past the end of the sample, it returns the last audio frame. */
function reader({ format, numberOfChannels, numberOfFrames, data }: AudioSample): ReadAudio {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return (frame, channel) => {
    const index = Math.min(frame, numberOfFrames - 1) * numberOfChannels + channel;
    return format === "f32" ? view.getFloat32(index * 4, true) : view.getInt16(index * 2, true) / 32_767;
  };
}

function mix(read: ReadAudio, from: number, to: number, frame: number, channel: number): number {
  if (from === 1) return read(frame, 0);
  if (to > 1) return channel < from ? read(frame, channel) : 0;
  let sum = 0;
  for (let each = 0; each < from; each++) sum += read(frame, each);
  return sum / from;
}
