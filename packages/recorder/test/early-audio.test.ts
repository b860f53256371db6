import { describe, expect, test } from "vitest";
import { EarlyAudio } from "../src/early-audio.ts";
import { tone } from "./support/timeline.ts";

const second = 1_000_000;

/** Adds five seconds of audio in samples of 20 ms. Returns the numbers of disposed and kept samples. */
function counts(channels: number, timestamp?: number): [disposed: number, kept: number] {
  const early = new EarlyAudio();
  let disposed = 0;
  for (const sample of tone(0, 5 * second, 8000, channels)) {
    const audio = { ...sample, timestamp: timestamp ?? sample.timestamp, [Symbol.dispose]: () => disposed++ };
    for (let copy = 0; copy < (timestamp === undefined ? 1 : 8); copy++)
      early.add({ sample: audio, time: 0 });
  }
  return [disposed, [...early.takeAll()].length];
}

describe("EarlyAudio", () => {
  test("keeps the newest second of audio, and disposes the rest", () => {
    expect(counts(1)).toEqual([199, 51]);
  });

  test("keeps at most 1,024 samples, whatever their timestamps are", () => {
    expect(counts(1, 0)).toEqual([976, 1024]);
  });

  test("keeps at most 4 MiB", () => {
    const bytesPerSample = 160 * 32 * 2;
    const kept = Math.floor((4 * 1024 * 1024) / bytesPerSample);
    expect(counts(32, 0)).toEqual([2000 - kept, kept]);
  });
});
