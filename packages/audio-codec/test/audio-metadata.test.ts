import { describe, expect, it } from "vitest";
import { parseAudioMetadata } from "../src/index.ts";

const metadata = {
  format: "s16",
  sampleRate: 48_000,
  numberOfChannels: 2,
  numberOfFrames: 480,
  timestamp: 7,
};

describe("parseAudioMetadata", () => {
  it("accepts the smallest and the largest value of each field", () => {
    const least = { format: "f32", sampleRate: 1, numberOfChannels: 1, numberOfFrames: 1, timestamp: 0 };
    const most = { ...metadata, sampleRate: 768_000, numberOfChannels: 32 };
    for (const value of [least, metadata, most]) expect(parseAudioMetadata(value)).toStrictEqual(value);
  });

  it("accepts bigint values and returns numbers", () => {
    const wide = { sampleRate: 48_000n, numberOfChannels: 2n, numberOfFrames: 480n, timestamp: 7n };
    expect(parseAudioMetadata({ ...metadata, ...wide })).toStrictEqual(metadata);
    expect(parseAudioMetadata({ ...metadata, timestamp: 2n ** 53n - 1n }).timestamp).toBe(
      Number.MAX_SAFE_INTEGER,
    );
  });

  it("removes unknown fields", () => {
    expect(parseAudioMetadata({ ...metadata, type: "audio", data: new Uint8Array() })).toStrictEqual(
      metadata,
    );
  });

  const bad: Record<string, unknown[]> = {
    format: ["s32", "toString", undefined, null, 16],
    sampleRate: [0, -1, 768_001, 44_100.5, Number.NaN, Number.POSITIVE_INFINITY, "48000", 768_001n],
    numberOfChannels: [0, 33, 1.5, null, true],
    numberOfFrames: [0, -480, 0.5, 2 ** 53, undefined],
    timestamp: [-1, 0.5, Number.NaN, 2 ** 53, "7", -1n, 2n ** 53n, 2n ** 64n - 1n],
  };
  for (const [field, values] of Object.entries(bad)) {
    it(`rejects an invalid ${field} with ERR_AUDIO_INVALID_METADATA and names the field`, () => {
      for (const value of values) {
        expect(() => parseAudioMetadata({ ...metadata, [field]: value })).toThrow(
          expect.objectContaining({
            name: "AudioCodecError",
            code: "ERR_AUDIO_INVALID_METADATA",
            message: expect.stringMatching(`^${field}: `),
          }),
        );
      }
    });
  }

  it("rejects values that are not metadata objects with ERR_AUDIO_INVALID_METADATA", () => {
    for (const value of [undefined, null, 5, "s16", [], new Uint8Array(4)]) {
      expect(() => parseAudioMetadata(value)).toThrow(
        expect.objectContaining({ code: "ERR_AUDIO_INVALID_METADATA" }),
      );
    }
  });
});
