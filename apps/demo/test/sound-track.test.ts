import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, test } from "vitest";
import { SoundTrack } from "../src/recording/sound-track.ts";

const second = 1_000_000;
const format = { format: "s16", sampleRate: 1000, numberOfChannels: 1 } as const;

/** Sound that is nothing but one value, from 1 on. */
function sound(timestamp: number, value: number, numberOfFrames = 100): AudioSample {
  const data = new Uint8Array(new Int16Array(numberOfFrames).fill(value).buffer);
  return { type: "audio", ...format, numberOfFrames, data, timestamp };
}

/** The values of a track, each with the number of frames that it has. */
function runs(blocks: readonly { readonly data: Uint8Array }[]): [value: number, frames: number][] {
  const all: [number, number][] = [];
  for (const { data } of blocks) {
    for (const value of new Int16Array(data.buffer, data.byteOffset, data.length / 2)) {
      const last = all.at(-1);
      if (last?.[0] === value) last[1]++;
      else all.push([value, 1]);
    }
  }
  return all;
}

describe("The track of sound", () => {
  test("begins with silence up to the first sound, and without what was before the first picture", () => {
    const late = new SoundTrack(format, 5 * second);
    expect(runs([...late.place(sound(5.25 * second, 1))])).toEqual([
      [0, 250],
      [1, 100],
    ]);
    const early = new SoundTrack(format, 5 * second);
    expect([...early.place(sound(4.5 * second, 1))]).toEqual([]);
    expect(runs([...early.place(sound(4.98 * second, 2))])).toEqual([[2, 80]]);
  });

  test("joins sound whose timestamps jitter, each block where the one before ended", () => {
    const track = new SoundTrack(format, 0);
    const jitter = [0, 130_000, 190_000, 350_000, 350_000];
    const blocks = jitter.flatMap((timestamp, index) => [...track.place(sound(timestamp, index + 1))]);
    expect(blocks.map(({ timestamp }) => timestamp)).toEqual([0, 100_000, 200_000, 300_000, 400_000]);
    expect(runs(blocks)).toEqual([1, 2, 3, 4, 5].map((value) => [value, 100]));
  });

  test("does not take a moment's delay for a gap, but one that lasts", () => {
    const track = new SoundTrack(format, 0);
    const blocks = [...track.place(sound(0, 1))];
    for (let index = 1; index <= 12; index++)
      blocks.push(...track.place(sound(index * 100_000 + 200_000, 2)));
    expect(runs(blocks)).toEqual([
      [1, 100],
      [2, 1000],
      [0, 200],
      [2, 200],
    ]);
  });

  test("has silence for a gap, in blocks of a second at most, and sound that comes twice once", () => {
    const track = new SoundTrack(format, 0);
    const blocks = [
      ...track.place(sound(0, 1)),
      ...track.place(sound(2.6 * second, 2)),
      ...track.place(sound(2 * second, 3, 1000)),
    ];
    expect(runs(blocks)).toEqual([
      [1, 100],
      [0, 2500],
      [2, 100],
      [3, 300],
    ]);
    expect(Math.max(...blocks.map(({ data }) => data.length))).toBe(2000);
  });

  test("keeps up with the pictures by silence, and sound goes on in its place after that", () => {
    const track = new SoundTrack(format, 0);
    const blocks = [
      ...track.place(sound(0, 1)),
      ...track.keepUp(second),
      ...track.keepUp(2 * second),
      ...track.place(sound(1.8 * second, 2)),
    ];
    expect(runs(blocks)).toEqual([
      [1, 100],
      [0, 1700],
      [2, 100],
    ]);
  });

  test("converts sound of another format", () => {
    const track = new SoundTrack(format, 0);
    const data = new Uint8Array(new Float32Array(200).fill(0.5).buffer);
    const stereo = { format: "f32", sampleRate: 500, numberOfChannels: 2, numberOfFrames: 100 } as const;
    const blocks = [...track.place({ type: "audio", ...stereo, data, timestamp: 0 })];
    expect(runs(blocks)).toEqual([[16_384, 200]]);
  });
});
