import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StallTimer } from "../src/stall-timer.ts";

function begin() {
  const emitted: string[] = [];
  const consumer = { isWaiting: true };
  const timer = new StallTimer({
    stallAfter: 100,
    isWaiting: () => consumer.isWaiting,
    onEvent: (event) => emitted.push(event),
  });
  return { emitted, consumer, timer };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("StallTimer", () => {
  it('emits "stall" after stallAfter without a frame, and "resume" with the next frame', () => {
    const { emitted, timer } = begin();
    timer.update();
    vi.advanceTimersByTime(99);
    expect(emitted).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(emitted).toEqual(["stall"]);
    vi.advanceTimersByTime(1000);
    timer.arrive();
    timer.arrive();
    expect(emitted).toEqual(["stall", "resume"]);
  });

  it("runs at most one timer and measures stallAfter from the last frame", () => {
    const { emitted, timer } = begin();
    for (let frames = 0; frames < 10; frames++) {
      timer.update();
      vi.advanceTimersByTime(30);
      timer.arrive();
      expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
    }
    timer.update();
    vi.advanceTimersByTime(99);
    expect(emitted).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(emitted).toEqual(["stall"]);
  });

  it('emits nothing while the consumer is busy, and emits an overdue "stall" when the consumer waits again', () => {
    const { emitted, consumer, timer } = begin();
    timer.update();
    consumer.isWaiting = false;
    vi.advanceTimersByTime(1000);
    timer.update();
    expect([emitted, vi.getTimerCount()]).toEqual([[], 0]);
    consumer.isWaiting = true;
    timer.update();
    vi.advanceTimersByTime(0);
    expect(emitted).toEqual(["stall"]);
  });

  it("emits nothing after reset()", () => {
    const { emitted, timer } = begin();
    timer.update();
    timer.reset();
    vi.advanceTimersByTime(1000);
    expect(emitted).toEqual([]);
  });

  it("cancels its timer on stop() and starts no timer afterwards", () => {
    const { timer } = begin();
    timer.update();
    timer.stop();
    timer.update();
    expect(vi.getTimerCount()).toBe(0);
  });
});
