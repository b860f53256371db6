import { describe, expect, it } from "vitest";
import { FrameTimestamps } from "../../src/video/frame-timestamps.ts";

const hour = 3_600_000_000;

/** Returns the timestamps for samples. Each sample is a pair of arrival time and timestamp, in microseconds. */
function timestampsOf(samples: readonly (readonly [at: number, timestamp: number])[]): number[] {
  let now = 0;
  const timestamps = new FrameTimestamps(() => now);
  return samples.map(([at, timestamp]) => {
    now = at;
    return Number(timestamps.next(timestamp).value);
  });
}

describe("FrameTimestamps", () => {
  it("uses growing timestamps as they are", () => {
    expect(
      timestampsOf([
        [500, 100],
        [600, 101],
        [700, 5_000],
      ]),
    ).toEqual([100, 101, 5_000]);
  });

  it("adds the time that has passed to a repeated timestamp", () => {
    expect(
      timestampsOf([
        [500, 100],
        [900, 100],
        [900 + hour, 100],
        [900 + 2 * hour, 100],
      ]),
    ).toEqual([100, 500, 500 + hour, 500 + 2 * hour]);
  });

  it("adds at least a microsecond", () => {
    expect(
      timestampsOf([
        [500, 100],
        [500, 100],
        [400, 100],
      ]),
    ).toEqual([100, 101, 102]);
  });

  it("keeps growing when a frame was captured before the last one was repeated", () => {
    expect(
      timestampsOf([
        [500, 100],
        [900_500, 100],
        [950_500, 880_000],
        [990_500, 960_000],
      ]),
    ).toEqual([100, 900_100, 950_100, 960_000]);
  });

  it("uses the timestamp of another clock as it is", () => {
    expect(
      timestampsOf([
        [0, 9 * hour],
        [40_000, hour],
        [80_000, hour + 40_000],
        [120_000, 20 * hour],
      ]),
    ).toEqual([9 * hour, hour, hour + 40_000, 20 * hour]);
  });

  it("never returns 0", () => {
    expect(
      timestampsOf([
        [0, 0],
        [10, 0],
      ]),
    ).toEqual([1, 11]);
  });

  it("returns whether a sample is repeated", () => {
    const timestamps = new FrameTimestamps(() => 0);
    expect([7, 7, 8, 7].map((timestamp) => timestamps.next(timestamp).isRepeated)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
});
