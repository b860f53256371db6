import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastingDelayTime, PcmLane } from "../../src/audio/pcm-lane.ts";

/** Audio frames whose left values count up from `from`. */
function count(from: number, frames: number): Int16Array {
  return Int16Array.from({ length: frames * 2 }, (_, index) => (index % 2 === 0 ? from + index / 2 : -1));
}

describe("PcmLane", () => {
  test("returns whole blocks of 10 ms, at most 20 ms", () => {
    const lane = new PcmLane();
    lane.write(count(0, 479), 0);
    expect(lane.read()).toBeUndefined();
    lane.write(count(479, 1_000), 0);
    expect(lane.read()).toEqual(count(0, 960));
    expect(lane.read()).toEqual(count(960, 480));
    expect(lane.read()).toBeUndefined();
    expect(lane.frames).toBe(39);
  });

  test("keeps the order over any writes and reads within the bounds", () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constant("read" as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const lane = new PcmLane();
        let written = 0;
        let read = 0;
        for (const one of steps) {
          if (one !== "read") {
            lane.write(count(written, one), 0);
            written += one;
            expect(lane.frames).toBeLessThanOrEqual(24_000 + one);
          } else {
            const pcm = lane.read();
            if (pcm) expect(pcm).toEqual(count(read + lane.droppedFrames, pcm.length / 2));
            read += (pcm?.length ?? 0) / 2;
          }
          expect(read + lane.droppedFrames + lane.frames).toBe(written);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("drops the audio that was always waiting for two seconds", () => {
    const lane = new PcmLane();
    lane.write(count(0, 10_000), 0);
    for (let now = 20; now < lastingDelayTime; now += 20) {
      lane.write(count(0, 960), now);
      lane.read();
    }
    expect(lane.droppedFrames).toBe(0);
    expect(lane.frames).toBe(10_000);
    lane.write(count(0, 960), lastingDelayTime);
    // At least 10,000 frames were waiting before each write. The whole blocks among them are dropped.
    expect(lane.droppedFrames).toBe(9_600);
  });

  test("drops nothing if the lane was empty once in two seconds", () => {
    const lane = new PcmLane();
    for (let now = 0; now < 10 * lastingDelayTime; now += 500) {
      lane.write(count(0, 24_000), now);
      while (lane.read());
    }
    expect(lane.droppedFrames).toBe(0);
  });
});
