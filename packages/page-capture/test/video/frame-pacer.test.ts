import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FramePacer } from "../../src/video/frame-pacer.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Offers frames at a steady rate for two seconds. Returns the delivered frames with their times in ms. */
function run(offered: number, wanted: number): { frame: number; at: number }[] {
  const delivered: { frame: number; at: number }[] = [];
  const start = performance.now();
  const pacer = new FramePacer<number>(wanted, (frame) => {
    delivered.push({ frame, at: performance.now() - start });
  });
  for (let frame = 0; frame < 2 * offered; frame++) {
    vi.advanceTimersByTime(Math.round(((frame + 1) * 1000) / offered) - (performance.now() - start));
    pacer.offer(frame);
  }
  vi.advanceTimersByTime(1000);
  return delivered;
}

test.each([
  [60, 30, 60],
  [60, 24, 48],
  [60, 50, 100],
  [144, 60, 120],
])(
  "reduces %d frames per second to about %d at even intervals, and delivers the last frame",
  (offered, wanted, count) => {
    const delivered = run(offered, wanted);
    expect(Math.abs(delivered.length - count)).toBeLessThanOrEqual(2 + count / 100);
    expect(delivered.at(-1)?.frame).toBe(2 * offered - 1);
    for (const [index, { frame, at }] of delivered.entries()) {
      const before = delivered[index - 1];
      if (!before) continue;
      expect(frame).toBeGreaterThan(before.frame);
      expect(at - before.at).toBeGreaterThanOrEqual(1000 / wanted / 3);
    }
  },
);

test.each([30, 29, 10])(
  "with a limit of 30 frames per second, delivers every frame of a source with %d frames per second",
  (offered) => {
    const delivered = run(offered, 30);
    expect(delivered).toHaveLength(2 * offered);
  },
);

test("never delays a source that is slightly faster than the limit", () => {
  vi.advanceTimersByTime(1000);
  const late: number[] = [];
  const pacer = new FramePacer<number>(30, (offered) => late.push(performance.now() - offered));
  const start = performance.now();
  for (let frame = 0; frame < 1000; frame++) {
    vi.advanceTimersByTime(start + frame * 33.1 - performance.now());
    pacer.offer(performance.now());
  }
  expect(late).toHaveLength(1000);
  expect(Math.max(...late)).toBe(0);
});

test("delivers a source at exactly the limit without delay again soon after three late frames", () => {
  const late: number[] = [];
  const pacer = new FramePacer<number>(30, (offered) => late.push(performance.now() - offered));
  const start = performance.now();
  for (let frame = 0; frame < 200; frame++) {
    const held = frame >= 10 && frame < 13;
    const at = held ? 405 : (frame * 1000) / 30;
    vi.advanceTimersByTime(start + at - performance.now());
    pacer.offer(performance.now());
  }
  expect(Math.max(...late.slice(100))).toBe(0);
});

test("delivers every frame of a source at exactly the limit without delay, even if the second frame is early", () => {
  const delivered: number[] = [];
  const pacer = new FramePacer<number>(10, () => delivered.push(performance.now()));
  const offered = [0, 30, 130, 228, 331, 430, 529].map((at) => performance.now() + at);
  for (const [frame, at] of offered.entries()) {
    vi.advanceTimersByTime(at - performance.now());
    pacer.offer(frame);
  }
  expect(delivered).toEqual(offered);
});

test("holds the newest early frame until it is due, and discards the held frame on stop()", () => {
  const delivered: number[] = [];
  const pacer = new FramePacer<number>(10, (frame) => delivered.push(frame));
  for (let frame = 0; frame < 4; frame++) {
    pacer.offer(frame);
    vi.advanceTimersByTime(20);
  }
  expect(delivered).toEqual([0, 1]);
  vi.advanceTimersByTime(1000);
  expect(delivered).toEqual([0, 1, 3]);
  for (let frame = 4; frame < 7; frame++) pacer.offer(frame);
  pacer.stop();
  vi.advanceTimersByTime(1000);
  expect(delivered).toEqual([0, 1, 3, 4, 5]);
});
