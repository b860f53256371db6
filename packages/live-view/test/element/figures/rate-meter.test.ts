import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RateMeter } from "../../../src/element/figures/rate-meter.ts";

describe("RateMeter", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test("measures the rate of the last two seconds", () => {
    const meter = new RateMeter();
    for (let time = 0; time < 5_000; time += 100) {
      meter.add(7);
      vi.advanceTimersByTime(100);
    }
    expect(meter.perSecond()).toBeCloseTo(70);
  });

  test("returns 0 without amounts, with a single amount, and two seconds after the last amount", () => {
    const meter = new RateMeter();
    expect(meter.perSecond()).toBe(0);
    meter.add();
    expect(meter.perSecond()).toBe(0);
    meter.add();
    vi.advanceTimersByTime(2_001);
    expect(meter.perSecond()).toBe(0);
  });

  test("counts a burst over half a second", () => {
    const meter = new RateMeter();
    for (let count = 0; count < 11; count++) meter.add();
    expect(meter.perSecond()).toBe(20);
  });
});
