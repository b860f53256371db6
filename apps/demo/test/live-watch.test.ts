import { now } from "@broadcast-ipc/receiver";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveWatch } from "../src/recording/live-watch.ts";
import { numberedPicture, tone } from "./support/timeline.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  vi.advanceTimersByTime(1_000_000);
});
afterEach(() => {
  vi.useRealTimers();
});

test("A live broadcast ends when it ends, however long its last sample took to be written", () => {
  const watch = new LiveWatch();
  const timestamp = now();
  vi.advanceTimersByTime(50);
  watch.onSample(numberedPicture(0, timestamp));
  vi.advanceTimersByTime(300);
  watch.onWait();
  vi.advanceTimersByTime(5000);
  expect(watch.end - timestamp).toBe(5_350_000);
});

test.each([0, 1e12])(
  "One on another clock ends as long after its last sample as was waited for more",
  (timestamp) => {
    const watch = new LiveWatch();
    watch.onSample(numberedPicture(0, timestamp));
    vi.advanceTimersByTime(300);
    watch.onWait();
    vi.advanceTimersByTime(5000);
    expect(watch.end - timestamp).toBe(5_000_000);
  },
);

test("Sound lasts for as long as it does, and what came in between is no end", () => {
  const watch = new LiveWatch();
  for (const sample of tone(0, 100_000)) watch.onSample(sample);
  watch.onSample(numberedPicture(0, 50_000));
  watch.onWait();
  expect(watch.end).toBe(100_000);
});

test("A broadcast of nothing has no end", () => {
  expect(new LiveWatch().end).toBe(Number.NEGATIVE_INFINITY);
});
