import { describe, expect, test } from "vitest";
import { LivenessMonitor } from "../../src/channel/liveness-monitor.ts";

describe("LivenessMonitor", () => {
  test("reports silence once the timeout has passed since the last byte", () => {
    const monitor = new LivenessMonitor(100, 1000, 200);
    expect(monitor.isSilent(1099, 0, true)).toBe(false);
    expect(monitor.isSilent(1100, 0, true)).toBe(true);
    expect(monitor.isSilent(1101, 1, true)).toBe(false);
    expect(monitor.isSilent(1200, 1, true)).toBe(false);
    expect(monitor.isSilent(1201, 1, true)).toBe(true);
  });

  test("does not count time during which this side does not read", () => {
    const monitor = new LivenessMonitor(100, 0, 500);
    expect(monitor.isSilent(50, 0, true)).toBe(false);
    expect(monitor.isSilent(500, 0, false)).toBe(false);
    expect(monitor.isSilent(599, 0, true)).toBe(false);
    expect(monitor.isSilent(600, 0, true)).toBe(true);
  });

  test("does not count the delay of a late check", () => {
    const monitor = new LivenessMonitor(120, 0, 50);
    expect(monitor.isSilent(50, 0, true)).toBe(false);
    expect(monitor.isSilent(100_000, 0, true)).toBe(false);
    expect(monitor.isSilent(100_019, 0, true)).toBe(false);
    expect(monitor.isSilent(100_020, 0, true)).toBe(true);
  });
});
