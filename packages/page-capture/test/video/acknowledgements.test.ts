import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Acknowledgements } from "../../src/video/acknowledgements.ts";
import { FramePacer } from "../../src/video/frame-pacer.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/**
 * Runs a source for four seconds. A frame arrives 25 ms after its capture, and nothing is captured while three frames are
 * unacknowledged. Returns the number of captures and the ages of the delivered frames of the last three seconds.
 */
function run(maxFps: number, source: number): { captured: number; ages: number[] } {
  let unacknowledged = 0;
  let captured = 0;
  const ages: number[] = [];
  const start = performance.now();
  const isWarm = () => performance.now() - start > 1000;
  const acknowledgements = new Acknowledgements(() => unacknowledged--);
  acknowledgements.limit(maxFps);
  const pacer = new FramePacer<number>(maxFps, (capturedAt) => {
    acknowledgements.expect(pacer.dueAt);
    if (isWarm()) ages.push(performance.now() - capturedAt);
  });
  for (let change = 0; change < 4 * source; change++) {
    vi.advanceTimersByTime(Math.round((change * 1000) / source) - (performance.now() - start));
    if (unacknowledged > 2) continue;
    unacknowledged++;
    if (isWarm()) captured++;
    const capturedAt = performance.now();
    setTimeout(() => {
      pacer.offer(capturedAt);
      acknowledgements.add(1);
    }, 25);
  }
  return { captured, ages };
}

test.each([1, 5, 10, 15, 24, 30])(
  "delivers a source of 60 frames per second at %d per second, each frame at most 70 ms old",
  (maxFps) => {
    const { captured, ages } = run(maxFps, 60);
    expect(ages.length).toBeGreaterThanOrEqual(3 * maxFps - 1);
    expect(Math.max(...ages)).toBeLessThanOrEqual(70);
    expect(captured).toBeLessThanOrEqual(3 * maxFps * 1.25 + 4);
  },
);

test.each([30, 29, 10])(
  "with a limit of 30, delivers every frame of a source of %d frames per second",
  (source) => {
    expect(run(30, source).ages.length).toBeGreaterThanOrEqual(3 * source - 2);
  },
);

test.each([30, 29, 10])(
  "with a limit of 30, acknowledges each frame of a source of %d frames per second at once",
  (source) => {
    let sent = 0;
    const acknowledgements = new Acknowledgements(() => sent++);
    acknowledgements.limit(30);
    for (let frame = 1; frame <= 200; frame++) {
      acknowledgements.expect(performance.now() + 20);
      acknowledgements.add(1);
      expect(sent).toBe(frame);
      vi.advanceTimersByTime(1000 / source + (frame % 2 ? 15 : -15));
    }
  },
);

test("acknowledges three frames at once, and further ones just before a frame is due", () => {
  const times: number[] = [];
  const start = performance.now();
  const acknowledgements = new Acknowledgements(() => times.push(Math.round(performance.now() - start)));
  acknowledgements.limit(10);
  acknowledgements.expect(start + 200);
  for (let frame = 0; frame < 6; frame++) acknowledgements.add(1);
  expect(times).toEqual([0, 0, 0]);
  expect([acknowledgements.freeAt, acknowledgements.idleAt].map((at) => Math.round(at - start))).toEqual([
    160, 320,
  ]);
  vi.advanceTimersByTime(1000);
  expect(times).toEqual([0, 0, 0, 160, 240, 240]);
});

test("clear() forgets the frames that are not acknowledged", () => {
  let sent = 0;
  const acknowledgements = new Acknowledgements(() => sent++);
  acknowledgements.limit(1);
  for (let frame = 0; frame < 5; frame++) acknowledgements.add(1);
  expect(sent).toBe(3);
  acknowledgements.clear();
  vi.advanceTimersByTime(10_000);
  expect(sent).toBe(3);
  acknowledgements.add(2);
  expect(sent).toBe(4);
});
