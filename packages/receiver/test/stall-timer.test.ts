import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StallTimer } from "../src/stall-timer.ts";

function begin() {
  const told: string[] = [];
  const consumer = { isWaiting: true };
  const timer = new StallTimer({
    stallAfter: 100,
    isWaiting: () => consumer.isWaiting,
    onEvent: (event) => told.push(event),
  });
  return { told, consumer, timer };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a stall timer", () => {
  it("tells of a stall and of its end", () => {
    const { told, timer } = begin();
    timer.update();
    vi.advanceTimersByTime(99);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(["stall"]);
    vi.advanceTimersByTime(1000);
    timer.arrive();
    timer.arrive();
    expect(told).toEqual(["stall", "resume"]);
  });

  it("has one timer at most, whatever comes, and measures from the last picture", () => {
    const { told, timer } = begin();
    for (let pictures = 0; pictures < 10; pictures++) {
      timer.update();
      vi.advanceTimersByTime(30);
      timer.arrive();
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    }
    timer.update();
    vi.advanceTimersByTime(99);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(["stall"]);
  });

  it("says nothing while the consumer is busy, and at once when it comes back in vain", () => {
    const { told, consumer, timer } = begin();
    timer.update();
    consumer.isWaiting = false;
    vi.advanceTimersByTime(1000);
    timer.update();
    expect([told, vi.getTimerCount()]).toEqual([[], 0]);
    consumer.isWaiting = true;
    timer.update();
    vi.advanceTimersByTime(0);
    expect(told).toEqual(["stall"]);
  });

  it("says nothing of pictures that are not wanted", () => {
    const { told, timer } = begin();
    timer.update();
    timer.reset();
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
  });

  it("leaves no timer behind when it is stopped", () => {
    const { timer } = begin();
    timer.update();
    timer.stop();
    timer.update();
    expect(vi.getTimerCount()).toBe(0);
  });
});
