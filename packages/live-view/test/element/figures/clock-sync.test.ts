import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ClockSync } from "../../../src/element/figures/clock-sync.ts";

describe("ClockSync", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance"] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** Answers a request over a line with the given delays in ms, by a server whose clock is 1000 s ahead. */
  function answer(clock: ClockSync, there: number, back: number): void {
    const sent = ClockSync.now();
    vi.advanceTimersByTime(there);
    const now = ClockSync.now() + 1e9;
    vi.advanceTimersByTime(back);
    clock.learn({ type: "time", sent, now });
  }

  test("knows no age until six answers have arrived", () => {
    const clock = new ClockSync();
    for (let count = 0; count < 5; count++) answer(clock, 1, 1);
    expect([clock.isKnown, clock.since(0)]).toEqual([false, undefined]);
    answer(clock, 1, 1);
    expect(clock.isKnown).toBe(true);
  });

  test("takes the offset from the answer with the shortest round trip", () => {
    const clock = new ClockSync();
    for (const back of [300, 80, 2, 90, 120, 40]) answer(clock, 2, back);
    const timestamp = ClockSync.now() + 1e9;
    vi.advanceTimersByTime(25);
    expect(clock.since(timestamp)).toBeCloseTo(25);
  });

  test("returns no negative age", () => {
    const clock = new ClockSync();
    for (let count = 0; count < 6; count++) answer(clock, 0, 50);
    expect(clock.since(ClockSync.now() + 1e9)).toBe(0);
  });

  test("ignores answers to requests from the future, and answers without a number", () => {
    const clock = new ClockSync();
    for (let count = 0; count < 6; count++) {
      clock.learn({ type: "time", sent: ClockSync.now() + 1_000, now: 0 });
      clock.learn({ type: "time", sent: 0, now: Number.NaN });
    }
    expect(clock.isKnown).toBe(false);
  });

  test("forgets the answers of an earlier connection", () => {
    const clock = new ClockSync();
    for (let count = 0; count < 6; count++) answer(clock, 1, 1);
    clock.reset();
    expect(clock.since(0)).toBeUndefined();
  });
});
