import { now } from "@broadcast-ipc/receiver";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveWatch } from "../src/live-watch.ts";
import { numberedFrame } from "./support/timeline.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  vi.advanceTimersByTime(1_000_000);
});
afterEach(() => {
  vi.useRealTimers();
});

test("end is the current time for a live broadcast, even if writing the last sample took long", () => {
  const watch = new LiveWatch();
  const timestamp = now();
  vi.advanceTimersByTime(50);
  watch.onSample(numberedFrame(0, timestamp));
  vi.advanceTimersByTime(300);
  watch.onWait();
  vi.advanceTimersByTime(5000);
  expect(watch.end).toBe(timestamp + 5_350_000);
});

test.each([0, 1e12])(
  "end is the last timestamp plus the time spent waiting if the broadcast uses another clock",
  (timestamp) => {
    const watch = new LiveWatch();
    watch.onSample(numberedFrame(0, timestamp));
    vi.advanceTimersByTime(300);
    watch.onWait();
    vi.advanceTimersByTime(5000);
    expect(watch.end).toBe(timestamp + 5_000_000);
  },
);

test("end is undefined if no sample arrived", () => {
  expect(new LiveWatch().end).toBeUndefined();
});
