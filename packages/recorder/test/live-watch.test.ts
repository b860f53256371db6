import { now } from "@broadcast-ipc/receiver";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveWatch } from "../src/live-watch.ts";
import { numberedFrame, tone } from "./support/timeline.ts";

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
  expect(watch.end - timestamp).toBe(5_350_000);
});

test.each([0, 1e12])(
  "end is the last timestamp plus the time spent waiting if the broadcast uses another clock",
  (timestamp) => {
    const watch = new LiveWatch();
    watch.onSample(numberedFrame(0, timestamp));
    vi.advanceTimersByTime(300);
    watch.onWait();
    vi.advanceTimersByTime(5000);
    expect(watch.end - timestamp).toBe(5_000_000);
  },
);

test("end is the end of the audio, even if a frame with an earlier timestamp arrives last", () => {
  const watch = new LiveWatch();
  for (const sample of tone(0, 100_000)) watch.onSample(sample);
  watch.onSample(numberedFrame(0, 50_000));
  watch.onWait();
  expect(watch.end).toBe(100_000);
});

test("end is -Infinity if no sample arrived", () => {
  expect(new LiveWatch().end).toBe(Number.NEGATIVE_INFINITY);
});
