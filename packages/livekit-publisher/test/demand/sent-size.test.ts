import { describe, expect, it } from "vitest";
import type { Limitation } from "../../src/demand/observe-outbound.ts";
import { type FrameSize, SentSize } from "../../src/demand/sent-size.ts";
import { layerOf } from "./fake-outbound.ts";

const full: FrameSize = { width: 1280, height: 720 };
/** Fractions by which the library reduces frames. */
const fractions = [1, 3 / 4, 1 / 2, 3 / 8, 1 / 4];

/** A size, a fake library that sends at most `pixels` pixels, and the limits that are demanded twice a second. */
function open(captureSize: FrameSize = full) {
  const size = new SentSize();
  const limits: (FrameSize | undefined)[] = [undefined];
  let now = 0;
  const run = (seconds: number, pixels: number, limitation: Limitation = "bandwidth") => {
    for (let i = 0; i < seconds * 2; i++) {
      now += 500;
      const captured = limits.at(-1) ?? captureSize;
      const fits = (share: number) => captured.width * share * captured.height * share <= pixels;
      const share = fractions.find(fits) ?? 1 / 4;
      const layer = layerOf({ width: captured.width * share, height: captured.height * share, limitation });
      limits.push(size.observe(layer, captured, now));
    }
    return limits.at(-1);
  };
  return { size, run, limits };
}

describe("SentSize", () => {
  it("has no limit while frames are sent as large as they are captured, or a few lines smaller", () => {
    const size = new SentSize();
    for (let now = 0; now < 60_000; now += 500) {
      expect(size.observe(layerOf(full), full, now)).toBeUndefined();
      expect(size.observe(layerOf({ width: 1364, height: 768 }), { width: 1366, height: 768 }, now)).toBe(
        undefined,
      );
    }
  });

  it("demands the sent size once frames are sent smaller for 3 s", () => {
    const { run } = open();
    expect(run(3, 640 * 360)).toBeUndefined();
    expect(run(1, 640 * 360)).toEqual({ width: 640, height: 360 });
  });

  it("does not demand less than what the library sends", () => {
    const { run, limits } = open();
    run(300, 640 * 360);
    expect(new Set(limits.map((limit) => limit?.width))).toEqual(new Set([undefined, 640]));
  });

  it("follows the library to smaller sizes", () => {
    const { run } = open();
    run(5, 640 * 360);
    expect(run(4, 320 * 180)).toEqual({ width: 320, height: 180 });
  });

  it("tries the full size after 10 s, and less often the more attempts fail", () => {
    const { run, limits } = open();
    run(12, 640 * 360);
    expect(limits.at(-1)).toBeDefined();
    run(3, 640 * 360);
    expect(limits.at(-1)).toBeUndefined();
    run(120, 640 * 360);
    limits.length = 1;
    run(300, 640 * 360);
    const attempts = limits.filter((limit, index) => !limit && limits[index - 1]);
    expect(attempts.length).toBeLessThanOrEqual(5);
  });

  it("removes the limit when the library no longer scales down", () => {
    const { run, limits } = open();
    run(5, 640 * 360);
    expect(run(15, 1280 * 720)).toBeUndefined();
    limits.length = 1;
    run(60, 1280 * 720);
    expect(new Set(limits)).toEqual(new Set([undefined]));
  });

  it("removes the limit 3 s after the library reports no limitation", () => {
    const { run } = open();
    run(4, 640 * 360);
    expect(run(2, 640 * 360, "none")).toEqual({ width: 640, height: 360 });
    expect(run(2, 1280 * 720, "none")).toBeUndefined();
  });

  it("compares the sizes of rotated frames that are sent upright", () => {
    const size = new SentSize();
    const layer = layerOf({ width: 360, height: 640 });
    for (let now = 0; now < 3_000; now += 500) size.observe(layer, full, now);
    expect(size.observe(layer, full, 3_000)).toEqual({ width: 640, height: 360 });
  });

  it("keeps its limit while a size is unknown, and removes it with reset", () => {
    const { size, run } = open();
    const limit = run(4, 640 * 360);
    expect(size.observe(layerOf({ width: 0, height: 0 }), full, 100_000)).toEqual(limit);
    expect(size.observe(layerOf(), { width: 0, height: 0 }, 100_500)).toEqual(limit);
    size.reset();
    expect(size.observe(layerOf({ width: 0, height: 0 }), full, 101_000)).toBeUndefined();
  });

  it("waits again when the size of the captured frames changes", () => {
    const size = new SentSize();
    const layer = layerOf({ width: 640, height: 360 });
    for (let now = 0; now < 20_000; now += 500) {
      const captured = now % 2_000 < 1_000 ? full : { width: 1920, height: 1080 };
      expect(size.observe(layer, captured, now)).toBeUndefined();
    }
  });
});
