import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AudioCodecError,
  type AudioMetadata,
  type AudioSample,
  type AudioSampleFormat,
  BroadcastAudioCodec,
  bytesPerSample,
} from "../src/index.ts";

const codec = new BroadcastAudioCodec();
const formats: AudioSampleFormat[] = ["s16", "f32"];

function silence(format: AudioSampleFormat, numberOfFrames = 480, numberOfChannels = 2): AudioSample {
  const data = new Uint8Array(numberOfFrames * numberOfChannels * bytesPerSample[format]);
  return { type: "audio", format, sampleRate: 48_000, numberOfChannels, numberOfFrames, data, timestamp: 7 };
}

describe("BroadcastAudioCodec", () => {
  for (const format of formats) {
    it(`encodes and decodes ${format} without a copy`, () => {
      const sample = silence(format);
      const { metadata, data } = codec.encode(sample);
      expect(data).toBe(sample.data);
      expect(metadata).toStrictEqual({
        format,
        sampleRate: 48_000,
        numberOfChannels: 2,
        numberOfFrames: 480,
        timestamp: 7,
      });

      const decoded = codec.decode(data, metadata);
      expect(decoded.data).toBe(sample.data);
      expect(decoded).toStrictEqual(sample);
    });

    it(`encodes and decodes ${format} with any number of frames and channels`, () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 2_000 }),
          fc.integer({ min: 1, max: 32 }),
          (frames, channels) => {
            const sample = silence(format, frames, channels);
            const { metadata, data } = codec.encode(sample);
            expect(codec.decode(data, metadata)).toMatchObject({ ...metadata, type: "audio" });
            expect(codec.decode(data, metadata).data).toBe(sample.data);
          },
        ),
      );
    });

    it(`rejects ${format} data of the wrong length with ERR_AUDIO_SIZE_MISMATCH`, () => {
      const sample = silence(format);
      const { metadata } = codec.encode(sample);
      const { byteLength } = sample.data;
      for (const length of [0, 1, byteLength / 2, byteLength - 1, byteLength + 1, byteLength * 2]) {
        const data = new Uint8Array(length);
        const mismatch = expect.objectContaining({
          name: "AudioCodecError",
          code: "ERR_AUDIO_SIZE_MISMATCH",
        });
        expect(() => codec.encode({ ...sample, data })).toThrow(mismatch);
        expect(() => codec.decode(data, metadata)).toThrow(mismatch);
      }
    });
  }

  it("rejects missing data and data that is not a Uint8Array with ERR_AUDIO_SIZE_MISMATCH", () => {
    const { metadata } = codec.encode(silence("s16"));
    for (const data of [undefined, new Int16Array(960), new ArrayBuffer(1_920)]) {
      expect(() => codec.decode(data as Uint8Array | undefined, metadata)).toThrow(
        expect.objectContaining({ code: "ERR_AUDIO_SIZE_MISMATCH" }),
      );
    }
  });

  it("rejects an invalid sample with ERR_AUDIO_INVALID_SAMPLE", () => {
    for (const sample of [
      null,
      undefined,
      {},
      { ...silence("s16"), sampleRate: 0 },
      { ...silence("s16"), data: new Int16Array(960) },
    ]) {
      expect(() => codec.encode(sample as unknown as AudioSample)).toThrow(
        expect.objectContaining({ code: "ERR_AUDIO_INVALID_SAMPLE" }),
      );
    }
  });

  it("decodes arbitrary input or throws an AudioCodecError", () => {
    const count = fc.oneof(fc.nat({ max: 16 }), fc.maxSafeInteger(), fc.anything());
    const anyMetadata = fc.record({
      format: fc.oneof(fc.constantFrom(...formats), fc.anything()),
      sampleRate: fc.oneof(fc.constantFrom(8_000, 48_000), fc.anything()),
      numberOfChannels: count,
      numberOfFrames: count,
      timestamp: fc.oneof(fc.nat(), fc.anything()),
    });
    const anyBytes = fc.option(fc.uint8Array({ maxLength: 64 }), { nil: undefined });
    fc.assert(
      fc.property(anyBytes, fc.oneof(anyMetadata, fc.anything()), (data, metadata) => {
        try {
          expect(codec.decode(data, metadata as AudioMetadata).data).toBe(data);
        } catch (error) {
          expect(error).toBeInstanceOf(AudioCodecError);
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
