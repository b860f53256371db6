import { describe, expect, it } from "vitest";
import { DurationHistogram } from "../src/index.ts";

describe("DurationHistogram", () => {
  it("has no summary before the first duration", () => {
    expect(new DurationHistogram().summary).toBeUndefined();
  });

  it("returns a summary in ms of durations that were recorded in µs", () => {
    const durations = new DurationHistogram();
    for (let duration = 1000; duration <= 100_000; duration += 1000) durations.record(duration);
    const { p50, p95, max } = durations.summary ?? { p50: 0, p95: 0, max: 0 };
    expect(p50).toBeCloseTo(50, 0);
    expect(p95).toBeCloseTo(95, 0);
    expect(max).toBeCloseTo(100, 0);
  });

  it("records durations below 1 µs as 1 µs", () => {
    const durations = new DurationHistogram();
    for (const duration of [0, -5_000_000, 0.2]) durations.record(duration);
    expect(durations.summary?.max).toBe(0.001);
  });
});
