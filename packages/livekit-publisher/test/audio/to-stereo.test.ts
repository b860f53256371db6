import { describe, expect, test } from "vitest";
import { downmix } from "../../src/audio/downmix.ts";
import { toStereo } from "../../src/audio/to-stereo.ts";

function stereoOf(values: Int16Array | Float32Array, numberOfChannels: number): number[] {
  const format = values instanceof Int16Array ? "s16" : "f32";
  const numberOfFrames = values.length / numberOfChannels;
  const metadata = { format, sampleRate: 48_000, numberOfChannels, numberOfFrames, timestamp: 0 } as const;
  return [...toStereo(metadata, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))];
}

describe("toStereo", () => {
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
