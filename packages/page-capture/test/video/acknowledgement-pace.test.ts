import { expect, test } from "vitest";
import { AcknowledgementPace } from "../../src/video/acknowledgement-pace.ts";

/** Returns when each frame is acknowledged. Chromium captures the next frame 10 ms after it has fewer than three open. */
function run(maxFps: number, source: number, duration: number): number[] {
  const pace = new AcknowledgementPace();
  pace.limit(maxFps);
  const acknowledged: number[] = [];
  let open: number[] = [];
  for (let now = 0; now < duration; now += 1000 / source) {
    open = open.filter((at) => at > now);
    if (open.length > 2) continue;
    const at = pace.next(now);
    open.push(at);
    acknowledged.push(at);
  }
  return acknowledged;
}

test("acknowledges at once at the wanted rate", () => {
  const pace = new AcknowledgementPace();
  pace.limit(30);
  for (let frame = 0; frame < 100; frame++) {
    const now = frame * 33 + (frame % 3) * 8;
    expect(pace.next(now)).toBe(now);
  }
});

test.each([
  [5, 60],
  [30, 60],
  [10, 30],
])("lets the browser capture little more than %d of %d frames per second", (maxFps, source) => {
  const frames = run(maxFps, source, 4000).length;
  expect(frames).toBeGreaterThanOrEqual(4 * maxFps);
  expect(frames).toBeLessThanOrEqual(4 * maxFps * 1.25 + 5);
});

test("reset() forgets the frames that are not acknowledged", () => {
  const pace = new AcknowledgementPace();
  pace.limit(1);
  for (let frame = 0; frame < 5; frame++) pace.next(0);
  pace.reset(100);
  expect(pace.next(100)).toBe(100);
});
