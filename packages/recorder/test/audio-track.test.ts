import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, test } from "vitest";
import { AudioTrack } from "../src/audio-track.ts";
import type { AudioBlock } from "../src/silence-queue.ts";
import { frequencyOf, sideOf, toneAt } from "./support/tones.ts";

const second = 1_000_000;
/** Audio frames of 100 ms. */
const tenth = 4_800;

/** Creates a sample of 16-bit stereo whose values are all `value`. A value of 0 would be silence. */
function audio(value: number, numberOfFrames = tenth): AudioSample {
  const data = new Uint8Array(new Int16Array(numberOfFrames * 2).fill(value).buffer);
  const format = { format: "s16", sampleRate: 48_000, numberOfChannels: 2 } as const;
  return { type: "audio", ...format, numberOfFrames, data, timestamp: 0 };
}

/** Returns the runs of equal values in a track, each with its length in audio frames. */
function runs(blocks: readonly AudioBlock[]): [value: number, frames: number][] {
  const all: [number, number][] = [];
  for (const side of sideOf(blocks, 0)) {
    const value = side * 32_768;
    const last = all.at(-1);
    if (last?.[0] === value) last[1]++;
    else all.push([value, 1]);
  }
  return all;
}

/** Duration of the blocks in microseconds. */
function durationOf(blocks: readonly AudioBlock[]): number {
  return (blocks.reduce((sum, { data }) => sum + data.length, 0) / 8 / 48_000) * second;
}

describe("AudioTrack", () => {
  test("inserts silence before late audio, and cuts audio before the first video frame", () => {
    const late = new AudioTrack();
    expect(runs([...late.place(audio(1), 0.25 * second)])).toEqual([
      [0, 12_000],
      [1, tenth],
    ]);
    const early = new AudioTrack();
    expect([...early.place(audio(1), -0.5 * second)]).toEqual([]);
    expect(runs([...early.place(audio(2), -20_000)])).toEqual([[2, 3_840]]);
  });

  test("joins audio with jittering timestamps without a gap", () => {
    const track = new AudioTrack();
    const jitter = [0, 130_000, 190_000, 350_000, 350_000];
    const blocks = jitter.flatMap((timestamp, index) => [...track.place(audio(index + 1), timestamp)]);
    blocks.push(...track.finish());
    const values = sideOf(blocks, 0);
    // The resampler repeats no value and inserts no silence; it may change the length by 0.5 %.
    expect(Math.min(...values) * 32_768).toBeGreaterThan(0.9);
    expect(Math.abs(values.length - 5 * tenth)).toBeLessThan(0.005 * 5 * tenth);
  });

  test("passes audio with exact timestamps unchanged", () => {
    const track = new AudioTrack();
    const blocks = [1, 2, 3].flatMap((value, index) => [
      ...track.place(audio(value, 1_024), Math.round((index * 1_024 * second) / 48_000)),
    ]);
    expect(blocks.map(({ timestamp }) => timestamp)).toEqual([0, 21_333, 42_667]);
    expect(runs(blocks)).toEqual([1, 2, 3].map((value) => [value, 1_024]));
  });

  test("ignores a short delay of the audio, and inserts silence for a lasting delay", () => {
    const track = new AudioTrack();
    const blocks = [...track.place(audio(1), 0)];
    for (let index = 1; index <= 12; index++) {
      blocks.push(...track.place(audio(2), index * 100_000 + 200_000));
    }
    expect(runs(blocks)).toEqual([
      [1, tenth],
      [2, 10 * tenth],
      [0, 2 * tenth],
      [2, 2 * tenth],
    ]);
  });

  test("fills a gap with silence in blocks of at most one second, and cuts overlapping audio", () => {
    const track = new AudioTrack();
    const blocks = [
      ...track.place(audio(1), 0),
      ...track.place(audio(2), 2.6 * second),
      ...track.place(audio(3, 10 * tenth), 2 * second),
    ];
    expect(runs(blocks)).toEqual([
      [1, tenth],
      [0, 25 * tenth],
      [2, tenth],
      [3, 3 * tenth],
    ]);
    expect(Math.max(...blocks.map(({ data }) => data.length))).toBe(48_000 * 8);
  });

  test("inserts silence when audio lags behind the video, and places later audio by its timestamp", () => {
    const track = new AudioTrack();
    const blocks = [
      ...track.place(audio(1), 0),
      ...track.keepUp(second),
      ...track.keepUp(2 * second),
      ...track.place(audio(2), 1.8 * second),
    ];
    expect(runs(blocks)).toEqual([
      [1, tenth],
      [0, 17 * tenth],
      [2, tenth],
    ]);
  });

  test("yields the silence of an hour in parts of at most two minutes, and loses no audio after it", () => {
    const track = new AudioTrack();
    const hour = 3_600 * second;
    const first = [...track.place(audio(1), 0)];
    const calls = [[...track.place(audio(2), hour)]];
    for (let index = 1; index < 600; index++) {
      calls.push([...track.keepUp(hour + index * 100_000)]);
      calls.push([...track.place(audio(2), hour + index * 100_000)]);
    }
    const silence = calls.map(durationOf);
    expect(silence[0]).toBeLessThanOrEqual(120 * second);
    expect(Math.max(...silence.slice(1, 1_000))).toBeLessThanOrEqual(100 * second);
    const memory = new Set(
      calls
        .flat()
        .filter(({ data }) => data.length === 48_000 * 8)
        .map(({ data }) => data.buffer),
    );
    expect(memory.size).toBe(1);
    const all = [...first, ...calls.flat(), ...track.finish()];
    expect(durationOf(all)).toBe(hour + 60 * second);
    expect(runs(all.slice(-610)).at(-1)).toEqual([2, 600 * tenth]);
  });

  test("takes a minute of silence in one call if the video has a frame a minute", () => {
    const track = new AudioTrack();
    for (let minute = 1; minute <= 10; minute++) {
      const blocks = [...track.keepUp(minute * 60 * second)];
      expect(durationOf(blocks)).toBe(minute === 1 ? 59.5 * second : 60 * second);
    }
  });

  test("bounds the audio that waits for silence", () => {
    const track = new AudioTrack();
    const hours = 2 * 3_600;
    for (let index = 0; index < 100; index++) {
      expect(durationOf([...track.place(audio(1, 10 * tenth), (hours + index) * second)])).toBeLessThan(
        301 * second,
      );
    }
    const rest = [...track.finish()];
    const silence = rest[0]?.data.buffer;
    const waiting = rest.filter(({ data }) => data.buffer !== silence);
    expect(durationOf(waiting)).toBe(60 * second);
  });

  test("converts a long sample in blocks of at most one second", () => {
    const track = new AudioTrack();
    const sizes = [...track.place(audio(1, 48_000 * 5 + 7), 0)].map(({ data }) => data.length / 8);
    expect(sizes).toEqual([48_000, 48_000, 48_000, 48_000, 48_000, 7]);
  });

  test.each([
    { numberOfChannels: 33 },
    { numberOfChannels: 0 },
    { sampleRate: 0 },
    { sampleRate: 999 },
    { sampleRate: Number.NaN },
    { numberOfFrames: 3 },
    { format: "u8" as "s16" },
    { data: undefined as unknown as Uint8Array },
  ])("rejects a sample with %o, and continues", (fields) => {
    const track = new AudioTrack();
    const blocks = [...track.place(audio(1), 0)];
    expect(() => [...track.place({ ...audio(9), ...fields }, 100_000)]).toThrow(
      expect.objectContaining({ name: "AudioCodecError" }),
    );
    blocks.push(...track.place(audio(2), 100_000));
    expect(runs(blocks)).toEqual([
      [1, tenth],
      [2, tenth],
    ]);
  });

  test("keeps a tone when rate, channels and format change", () => {
    const track = new AudioTrack();
    const formats = [
      { sampleRate: 8_000, numberOfChannels: 1, format: "s16" },
      { sampleRate: 192_000, numberOfChannels: 6, format: "f32" },
      { sampleRate: 48_000, numberOfChannels: 2, format: "s16" },
      { sampleRate: 44_100, numberOfChannels: 32, format: "f32" },
      { sampleRate: 12_000, numberOfChannels: 12, format: "s16" },
      { sampleRate: 96_000, numberOfChannels: 2, format: "f32" },
    ] as const;
    const blocks: AudioBlock[] = [];
    const pieces = formats.flatMap((format) => Array.from({ length: 20 }, () => format));
    for (const [index, format] of pieces.entries()) {
      blocks.push(
        ...track.place(
          toneAt({ ...format, from: index / 50, numberOfFrames: format.sampleRate / 50 }),
          index * 20_000,
        ),
      );
    }
    blocks.push(...track.finish());
    const side = sideOf(blocks, 0);
    expect(Math.abs(side.length - pieces.length * 960)).toBeLessThanOrEqual(formats.length * 2);
    expect(Math.abs(frequencyOf(side) - 1_000)).toBeLessThan(0.5);
    for (let index = 0; index < formats.length; index++) {
      const part = side.subarray(index * 19_200 + 480, (index + 1) * 19_200 - 480);
      expect(Math.abs(frequencyOf(part) - 1_000)).toBeLessThan(0.5);
    }
  });

  test.each([
    [200, 0],
    [-200, 15_000],
    [1_000, 0],
  ])("stays within 20 ms for two minutes at a drift of %d ppm and a jitter of %d µs", (ppm, jitter) => {
    const track = new AudioTrack();
    const sample = audio(1_000, 960);
    let frames = 0;
    let random = 1;
    let worst = 0;
    let silence = 0;
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    for (let index = 0; index < 6_000; index++) {
      const captured = index * 20_000 * (1 + ppm / 1e6);
      random = (random * 48_271) % 2_147_483_647;
      const late = jitter * (random / 2_147_483_647);
      const blocks = [...track.place(sample, Math.round(captured + late))];
      const taken = (durationOf(blocks) * 48_000) / second;
      if (blocks.some(({ data }) => data[0] === 0 && data[3] === 0)) silence++;
      if (index > 0) [shortest, longest] = [Math.min(shortest, taken), Math.max(longest, taken)];
      frames += taken;
      worst = Math.max(worst, Math.abs((frames / 48_000) * second - (captured + 20_000)));
    }
    expect(worst).toBeLessThan(20_000);
    expect(silence).toBe(0);
    // The first stretched block is shorter, because the resampler holds back its end.
    expect([shortest >= 900, longest <= 1_000]).toEqual([true, true]);
  });
});
