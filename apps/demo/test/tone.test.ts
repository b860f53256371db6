import { expect, test } from "vitest";
import { Tone } from "../src/synthetic/tone.ts";

function channel(data: Uint8Array, index: number, channels: number): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const frames = data.byteLength / 2 / channels;
  return Array.from(
    { length: frames },
    (_, frame) => view.getInt16((frame * channels + index) * 2, true) / 32_768,
  );
}

/** Returns the amplitude of one frequency in the samples (one bin of a discrete Fourier transform). */
function amplitudeAt(frequency: number, samples: readonly number[], sampleRate: number): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * frequency * index) / sampleRate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

test("generates only a soft 440 Hz tone, in both channels", () => {
  const data = new Tone().next(48_000);
  for (const index of [0, 1]) {
    const samples = channel(data, index, 2);
    expect(amplitudeAt(440, samples, 48_000)).toBeGreaterThan(0.05);
    expect(amplitudeAt(440, samples, 48_000)).toBeLessThan(0.13);
    for (const other of [110, 220, 660, 880, 1_320]) {
      expect(amplitudeAt(other, samples, 48_000)).toBeLessThan(0.001);
    }
  }
});

test("continues the tone across calls of different lengths", () => {
  const whole = new Tone(44_100, 1).next(200_000);
  const tone = new Tone(44_100, 1);
  const parts = [1, 479, 480, 99_040, 100_000].map((frames) => tone.next(frames));
  expect(Buffer.compare(Buffer.concat(parts), whole)).toBe(0);
  const samples = channel(whole, 0, 1);
  const steps = samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)));
  expect(steps.reduce((largest, step) => Math.max(largest, step), 0)).toBeLessThan(0.008);
});

test("returns the requested number of audio frames as interleaved 16-bit integers", () => {
  expect(new Tone(48_000, 2).next(480).byteLength).toBe(480 * 2 * 2);
  expect(new Tone(16_000, 1).next(160).byteLength).toBe(160 * 2);
});
