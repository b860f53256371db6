import { describe, expect, test } from "vitest";
import { AudioResampler } from "../src/audio-resampler.ts";

interface Conversion {
  readonly rate: number;
  readonly frequency: number;
  readonly stretch?: number;
}

function leftOf(stereo: Float32Array): Float32Array {
  return stereo.filter((_, index) => index % 2 === 0);
}

/** Returns one side of a second of a tone, converted to 48 kHz in blocks of 20 ms. Its full scale is 1. */
function converted({ rate, frequency, stretch = 0 }: Conversion): number[] {
  const resampler = new AudioResampler(rate, 48_000);
  const values: number[] = [];
  const take = (stereo: Float32Array) => values.push(...leftOf(stereo));
  const step = rate / 50;
  for (let block = 0; block < 50; block++) {
    const [from, to] = [Math.round(block * step), Math.round((block + 1) * step)];
    const stereo = Float32Array.from({ length: (to - from) * 2 }, (_, index) =>
      Math.sin((2 * Math.PI * frequency * (from + Math.floor(index / 2))) / rate),
    );
    take(resampler.push(stereo, stretch));
  }
  take(resampler.flush());
  return values;
}

/** Returns the root mean square of the middle of a second in dB, where a sine tone of full scale has 0 dB. */
function level(values: readonly number[]): number {
  const middle = values.slice(4_800, 43_200);
  return 10 * Math.log10((2 * middle.reduce((sum, value) => sum + value * value, 0)) / middle.length);
}

const rates = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000, 768_000];

describe("AudioResampler", () => {
  test.each(rates)("keeps tones of %d Hz up to 0.8 of the Nyquist frequency within 0.1 %%", (rate) => {
    for (const frequency of [100, 1_000, Math.min(rate, 48_000) * 0.4]) {
      const values = converted({ rate, frequency });
      expect(Math.abs(values.length - 48_000)).toBeLessThanOrEqual(1);
      const errors = values.map((value, index) =>
        Math.abs(value - Math.sin((2 * Math.PI * frequency * index) / 48_000)),
      );
      expect(Math.max(...errors.slice(2_400, 45_600))).toBeLessThan(0.001);
    }
  });

  test.each([
    [96_000, 26_000],
    [96_000, 40_000],
    [192_000, 30_000],
    [192_000, 60_000],
    [768_000, 100_000],
  ])("removes a tone of %d Hz audio at %d Hz, which would alias", (rate, frequency) => {
    expect(level(converted({ rate, frequency }))).toBeLessThan(-70);
  });

  test("adds no mirror frequencies above the Nyquist frequency of the input", () => {
    const values = converted({ rate: 8_000, frequency: 1_000 });
    const mirror = values.map((value, index) => value - Math.sin((2 * Math.PI * index) / 48));
    expect(level(mirror)).toBeLessThan(-70);
  });

  test("changes the duration by the stretch", () => {
    expect(
      Math.abs(converted({ rate: 48_000, frequency: 440, stretch: 0.005 }).length - 48_240),
    ).toBeLessThan(3);
    expect(
      Math.abs(converted({ rate: 44_100, frequency: 440, stretch: -0.005 }).length - 47_760),
    ).toBeLessThan(3);
  });

  test("starts and ends stretching without a click", () => {
    const resampler = new AudioResampler(48_000, 48_000);
    const values: number[] = [];
    for (let block = 0; block < 30; block++) {
      const stereo = Float32Array.from({ length: 1_920 }, (_, index) =>
        Math.sin((2 * Math.PI * 1_000 * (block * 960 + Math.floor(index / 2))) / 48_000),
      );
      const stretch = block >= 10 && block < 20 ? 0.002 : 0;
      values.push(...leftOf(resampler.push(stereo, stretch)));
    }
    const steepest = Math.max(
      ...values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0))),
    );
    expect(steepest).toBeLessThan((2 * Math.PI * 1_000 * 1.01) / 48_000);
  });

  test("keeps a constant level from the first to the last frame", () => {
    const resampler = new AudioResampler(44_100, 48_000);
    const blocks = [
      resampler.push(new Float32Array(20).fill(0.5)),
      resampler.push(new Float32Array(2).fill(0.5)),
      resampler.flush(),
    ];
    const values = blocks.flatMap((block) => [...block]);
    expect(values.length / 2).toBe(12);
    for (const value of values) expect(value).toBeCloseTo(0.5, 5);
    expect(resampler.flush()).toHaveLength(0);
  });
});
