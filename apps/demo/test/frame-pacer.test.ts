import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FramePacer } from "../src/browser/frame-pacer.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Offers frames at a steady rate for two seconds; what was delivered, and when. */
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
  "Of %d frames a second about %d get through, evenly, the last one among them",
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

test.each([30, 29, 10])("A source that is no faster, %d of 30, is left alone", (offered) => {
  const delivered = run(offered, 30);
  expect(delivered).toHaveLength(2 * offered);
});

test("A source whose beat is a little short of what it says is never held up", () => {
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

test("After frames that came late, a source of the same pace is soon left alone again", () => {
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

test("A source of the same pace that starts with a stutter is not late ever after", () => {
  const delivered: number[] = [];
  const pacer = new FramePacer<number>(10, () => delivered.push(performance.now()));
  const offered = [0, 30, 130, 228, 331, 430, 529].map((at) => performance.now() + at);
  for (const [frame, at] of offered.entries()) {
    vi.advanceTimersByTime(at - performance.now());
    pacer.offer(frame);
  }
  expect(delivered).toEqual(offered);
});

test("A frame that comes early waits for its time, and is forgotten by stop", () => {
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
