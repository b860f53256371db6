import { describe, expect, test } from "vitest";
import type { AudioSample } from "../src/audio-sample.ts";
import { downmix } from "../src/downmix.ts";
import { mixToStereo } from "../src/mix-to-stereo.ts";

function sampleOf(values: Int16Array | Float32Array, numberOfChannels: number): AudioSample {
  const format = values instanceof Int16Array ? "s16" : "f32";
  const numberOfFrames = values.length / numberOfChannels;
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { type: "audio", format, sampleRate: 48_000, numberOfChannels, numberOfFrames, data, timestamp: 0 };
}

function stereoOf(values: Int16Array | Float32Array, numberOfChannels: number): number[] {
  return [...mixToStereo(sampleOf(values, numberOfChannels), { format: "s16" })];
}

function floatsOf(values: Int16Array | Float32Array, numberOfChannels: number): number[] {
  return [...mixToStereo(sampleOf(values, numberOfChannels), { format: "f32" })];
}

describe("mixToStereo", () => {
  test("copies 16-bit stereo", () => {
    const values = new Int16Array([1, -2, 32_767, -32_768]);
    expect(stereoOf(values, 2)).toEqual([...values]);
  });

  test("rounds and clamps floats, and converts NaN to silence", () => {
    const values = new Float32Array([
      0.5,
      -0.5,
      1,
      -1,
      2,
      -2,
      NaN,
      0,
      Infinity,
      -Infinity,
      0.4 / 32_768,
      0.6 / 32_768,
    ]);
    expect(stereoOf(values, 2)).toEqual([
      16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 0, 0, 32_767, -32_768, 0, 1,
    ]);
  });

  test("converts every 16-bit value from float without a change", () => {
    const integers = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);
    expect(
      stereoOf(
        Float32Array.from(integers, (value) => value / 32_768),
        2,
      ),
    ).toEqual([...integers]);
  });

  test("puts mono on both sides", () => {
    expect(stereoOf(new Int16Array([5, -7]), 1)).toEqual([5, 5, -7, -7]);
  });

  test("keeps the other channels of a frame with infinite and NaN values", () => {
    // 5.0: left, right, centre, surround left, surround right.
    const [left = 0, right = 0] = stereoOf(new Float32Array([0, Infinity, NaN, 0, 0]), 5);
    expect(left).toBe(0);
    expect(right).toBe(Math.round(32_768 / (1 + Math.SQRT2)));
  });

  test("mixes 5.1 down with the weights of ITU-R BS.775", () => {
    const mixed = (channel: number) => {
      const values = new Int16Array(6);
      values[channel] = 10_000;
      return stereoOf(values, 6);
    };
    const total = 1 + Math.SQRT2 + 0.5;
    const full = Math.round(10_000 / total);
    const reduced = Math.round((10_000 * Math.SQRT1_2) / total);
    const low = Math.round(5_000 / total);
    expect([0, 1, 2, 3, 4, 5].map(mixed)).toEqual([
      [full, 0],
      [0, full],
      [reduced, reduced],
      [low, low],
      [reduced, 0],
      [0, reduced],
    ]);
  });
});

describe("mixToStereo to floats", () => {
  test("keeps stereo floats, clamps them to full scale, and takes NaN as silence", () => {
    const values = new Float32Array([0.25, -0.25, 1, -1, 2, -2, NaN, 0, Infinity, -Infinity]);
    expect(floatsOf(values, 2)).toEqual([0.25, -0.25, 1, -1, 1, -1, 0, 0, 1, -1]);
  });

  test("returns 16-bit values as fractions of 32768", () => {
    expect(floatsOf(new Int16Array([-32_768, 16_384, 0, 1]), 2)).toEqual([-1, 0.5, 0, 1 / 32_768]);
    expect(floatsOf(new Int16Array([8_192]), 1)).toEqual([0.25, 0.25]);
  });

  test("mixes as the 16-bit output does, for every number of channels", () => {
    for (let channels = 1; channels <= 32; channels++) {
      const values = Int16Array.from({ length: channels * 4 }, (_, index) => 30_000 * Math.sin(index));
      const floats = floatsOf(values, channels);
      const integers = stereoOf(values, channels);
      expect(floats).toHaveLength(8);
      floats.forEach((value, index) => {
        expect(Math.abs(value * 32_768 - (integers[index] ?? 0))).toBeLessThanOrEqual(0.51);
      });
    }
  });

  test("reads data at any byte offset, and returns a buffer of its own", () => {
    const bytes = new Uint8Array(9);
    bytes.set(new Uint8Array(new Float32Array([0.5, -0.5]).buffer), 1);
    const sample = { ...sampleOf(new Float32Array(2), 2), data: bytes.subarray(1) };
    const mixed = mixToStereo(sample, { format: "f32" });
    expect([...mixed]).toEqual([0.5, -0.5]);
    expect(mixed.buffer.byteLength).toBe(8);
  });

  test("rejects an invalid sample", () => {
    const sample = sampleOf(new Int16Array(66), 33);
    expect(() => mixToStereo(sample, { format: "f32" })).toThrow(
      expect.objectContaining({ code: "ERR_AUDIO_INVALID_SAMPLE" }),
    );
    const short = { ...sampleOf(new Int16Array(6), 3), numberOfFrames: 3 };
    expect(() => mixToStereo(short, { format: "f32" })).toThrow(
      expect.objectContaining({ code: "ERR_AUDIO_SIZE_MISMATCH" }),
    );
  });
});

describe("downmix", () => {
  test.each(Array.from({ length: 32 }, (_, index) => index + 1))(
    "of %d channels neither clips nor loses one",
    (channels) => {
      const { left, right } = downmix(channels);
      for (const side of [left, right]) {
        expect(side).toHaveLength(channels);
        expect(side.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-12);
      }
      expect(left.every((weight, index) => weight + (right[index] ?? 0) > 0)).toBe(true);
      const loudest = channels === 1 ? 32_767 : 32_766;
      const [one = 0, other = 0] = stereoOf(new Int16Array(channels).fill(32_767), channels);
      expect(Math.max(one, other)).toBeGreaterThanOrEqual(loudest);
    },
  );
});
