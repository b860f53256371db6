import { describe, expect, test } from "vitest";
import { AudioTimeline } from "../../../src/element/audio/audio-timeline.ts";

const duration = 0.02;

describe("AudioTimeline", () => {
  test("delays the first block by 80 ms, and plays the next blocks directly after it", () => {
    const timeline = new AudioTimeline();
    expect(timeline.place({ timestamp: 5, duration }, 1)).toEqual({ time: 1.08, isContinuous: false });
    expect(timeline.place({ timestamp: 5.02, duration }, 1.01)?.time).toBeCloseTo(1.1);
    expect(timeline.place({ timestamp: 5.05, duration }, 1.03)).toEqual({
      time: expect.closeTo(1.12),
      isContinuous: true,
    });
  });

  test("starts again with a delay after blocks came too late", () => {
    const timeline = new AudioTimeline();
    timeline.place({ timestamp: 5, duration }, 1);
    expect(timeline.place({ timestamp: 5.02, duration }, 2)).toEqual({ time: 2.08, isContinuous: false });
  });

  test("keeps a short pause of the source", () => {
    const timeline = new AudioTimeline();
    timeline.place({ timestamp: 5, duration }, 1);
    const start = timeline.place({ timestamp: 5.22, duration }, 1.05);
    expect(start).toEqual({ time: expect.closeTo(1.3), isContinuous: false });
  });

  test("joins blocks whose timestamps jump back or far ahead", () => {
    const timeline = new AudioTimeline();
    timeline.place({ timestamp: 5, duration }, 1);
    expect(timeline.place({ timestamp: 1, duration }, 1.02)?.time).toBeCloseTo(1.1);
    expect(timeline.place({ timestamp: 900, duration }, 1.04)?.time).toBeCloseTo(1.12);
  });

  test("drops blocks once audio lags by more than 400 ms, until it lags by 80 ms again", () => {
    const timeline = new AudioTimeline();
    let timestamp = 5;
    const place = (now: number) => {
      const start = timeline.place({ timestamp, duration }, now);
      timestamp += duration;
      return start;
    };
    // Blocks of half a second arrive at once.
    const burst = Array.from({ length: 25 }, () => place(1));
    const latest = Math.max(...burst.map((start) => start?.time ?? 0));
    expect(latest).toBeGreaterThan(1.35);
    expect(latest).toBeLessThan(1.41);
    const later = Array.from({ length: 20 }, (_, index) => place(1 + (index + 1) * duration));
    const first = later.findIndex((start) => start !== undefined);
    expect(first).toBeGreaterThan(10);
    expect(later[first]).toMatchObject({ isContinuous: false });
    expect(later.slice(first).every((start) => start !== undefined)).toBe(true);
  });

  test("delays audio further while the video is older than the audio, by at most 300 ms", () => {
    expect(new AudioTimeline().place({ timestamp: 5, duration }, 1, 0.2)?.time).toBeCloseTo(1.2);
    expect(new AudioTimeline().place({ timestamp: 5, duration }, 1, 9)?.time).toBeCloseTo(1.3);
    expect(new AudioTimeline().place({ timestamp: 5, duration }, 1, -1)?.time).toBeCloseTo(1.08);
  });
});
