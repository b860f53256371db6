import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EndWatch } from "../../src/connection/end-watch.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("EndWatch", () => {
  test("calls onSilence after one second without bytes", () => {
    let bytes = 0;
    const onSilence = vi.fn();
    const watch = new EndWatch(() => bytes, onSilence);
    watch.start();
    for (let round = 0; round < 5; round++) {
      bytes += 1;
      vi.advanceTimersByTime(1000);
      expect(onSilence).not.toHaveBeenCalled();
    }
    vi.advanceTimersByTime(1000);
    expect(onSilence).toHaveBeenCalledTimes(1);
  });

  test("does not count the time between stop() and start(), and leaves no timer after stop()", () => {
    const onSilence = vi.fn();
    const watch = new EndWatch(() => 0, onSilence);
    watch.start();
    vi.advanceTimersByTime(900);
    watch.stop();
    vi.advanceTimersByTime(10_000);
    watch.start();
    vi.advanceTimersByTime(900);
    expect(onSilence).not.toHaveBeenCalled();
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
