import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { describe, expect, test } from "vitest";
import { AudioTrack } from "../src/audio-track.ts";

const second = 1_000_000;
const format = { format: "s16", sampleRate: 1000, numberOfChannels: 1 } as const;

/** Creates a sample whose audio frames all have the value `value`. A value of 0 would be silence. */
function audio(timestamp: number, value: number, numberOfFrames = 100): AudioSample {
  const data = new Uint8Array(new Int16Array(numberOfFrames).fill(value).buffer);
  return { type: "audio", ...format, numberOfFrames, data, timestamp };
}

/** Returns the runs of equal values in a track, each with its length in audio frames. */
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

describe("AudioTrack", () => {
  test("inserts silence before late audio, and cuts audio before the first video frame", () => {
    const late = new AudioTrack(format, 5 * second);
    expect(runs([...late.place(audio(5.25 * second, 1))])).toEqual([
      [0, 250],
      [1, 100],
    ]);
    const early = new AudioTrack(format, 5 * second);
    expect([...early.place(audio(4.5 * second, 1))]).toEqual([]);
    expect(runs([...early.place(audio(4.98 * second, 2))])).toEqual([[2, 80]]);
  });

  test("joins audio with jittering timestamps without a gap", () => {
    const track = new AudioTrack(format, 0);
    const jitter = [0, 130_000, 190_000, 350_000, 350_000];
    const blocks = jitter.flatMap((timestamp, index) => [...track.place(audio(timestamp, index + 1))]);
    expect(blocks.map(({ timestamp }) => timestamp)).toEqual([0, 100_000, 200_000, 300_000, 400_000]);
    expect(runs(blocks)).toEqual([1, 2, 3, 4, 5].map((value) => [value, 100]));
  });

  test("ignores a short delay of the audio, and inserts silence for a lasting delay", () => {
    const track = new AudioTrack(format, 0);
    const blocks = [...track.place(audio(0, 1))];
    for (let index = 1; index <= 12; index++)
      blocks.push(...track.place(audio(index * 100_000 + 200_000, 2)));
    expect(runs(blocks)).toEqual([
      [1, 100],
      [2, 1000],
      [0, 200],
      [2, 200],
    ]);
  });

  test("fills a gap with silence in blocks of at most one second, and cuts overlapping audio", () => {
    const track = new AudioTrack(format, 0);
    const blocks = [
      ...track.place(audio(0, 1)),
      ...track.place(audio(2.6 * second, 2)),
      ...track.place(audio(2 * second, 3, 1000)),
    ];
    expect(runs(blocks)).toEqual([
      [1, 100],
      [0, 2500],
      [2, 100],
      [3, 300],
    ]);
    expect(Math.max(...blocks.map(({ data }) => data.length))).toBe(2000);
  });

  test("inserts silence when audio lags behind the video, and places later audio by its timestamp", () => {
    const track = new AudioTrack(format, 0);
    const blocks = [
      ...track.place(audio(0, 1)),
      ...track.keepUp(second),
      ...track.keepUp(2 * second),
      ...track.place(audio(1.8 * second, 2)),
    ];
    expect(runs(blocks)).toEqual([
      [1, 100],
      [0, 1700],
      [2, 100],
    ]);
  });

  test("converts audio to the format of the track", () => {
    const track = new AudioTrack(format, 0);
    const data = new Uint8Array(new Float32Array(200).fill(0.5).buffer);
    const stereo = { format: "f32", sampleRate: 500, numberOfChannels: 2, numberOfFrames: 100 } as const;
    const blocks = [...track.place({ type: "audio", ...stereo, data, timestamp: 0 })];
    expect(runs(blocks)).toEqual([[16_384, 200]]);
  });
});
