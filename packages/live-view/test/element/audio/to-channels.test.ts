import { describe, expect, test } from "vitest";
import { toChannels } from "../../../src/element/audio/to-channels.ts";

describe("toChannels", () => {
  test("splits interleaved s16", () => {
    const data = new Int16Array([-32_768, 16_384, 0, 32_767]).buffer;
    const channels = toChannels({ format: "s16", numberOfChannels: 2, numberOfFrames: 2 }, data);
    expect(channels.map((channel) => [...channel])).toEqual([
      [-1, 0],
      [0.5, expect.closeTo(1, 3)],
    ]);
  });

  test("splits interleaved f32", () => {
    const data = new Float32Array([0.25, -1, 0.5, 1]).buffer;
    const channels = toChannels({ format: "f32", numberOfChannels: 1, numberOfFrames: 4 }, data);
    expect(channels.map((channel) => [...channel])).toEqual([[0.25, -1, 0.5, 1]]);
  });

  test.each([1, 2, 4, 6])("keeps %i channels, which browsers can mix", (count) => {
    const data = new Float32Array(count).buffer;
    const block = { format: "f32", numberOfChannels: count, numberOfFrames: 1 } as const;
    expect(toChannels(block, data)).toHaveLength(count);
  });

  test.each([
    [3, [0.5, 0.25, 1], [0.75, 0.25]],
    [5, [0.5, 0.25, 1, 0.75, 0], [0.5, 0.5]],
    [8, [1, 0, 1, 0, 1, 0, 1, 0], [1, 0]],
  ])("mixes %i channels down to two", (count, values, expected) => {
    const data = new Float32Array(values).buffer;
    const block = { format: "f32", numberOfChannels: count, numberOfFrames: 1 } as const;
    expect(toChannels(block, data).map((channel) => channel[0])).toEqual(expected);
  });

  test("throws if the data is too short", () => {
    const block = { format: "s16", numberOfChannels: 2, numberOfFrames: 3 } as const;
    expect(() => toChannels(block, new ArrayBuffer(11))).toThrow("must have 12 bytes, got 11");
  });
});
