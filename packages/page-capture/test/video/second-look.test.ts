import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameOrder } from "../../src/video/frame-order.ts";
import { SecondLook } from "../../src/video/second-look.ts";

const admitted = { freeAt: 0, idleAt: 0, isLeftOut: false };

test("does not look again after a frame that arrives alone", () => {
  const look = new SecondLook();
  for (const now of [0, 400, 800]) {
    look.arrived(now, { ...admitted, idleAt: now });
    expect(look.dueAt).toBeUndefined();
  }
});

test("looks again 100 ms after the last of several frames, which may have kept Chromium from capturing", () => {
  const look = new SecondLook();
  for (const now of [0, 16, 33]) look.arrived(now, { ...admitted, idleAt: now });
  expect(look.dueAt).toBe(133);
  look.reset();
  expect(look.dueAt).toBeUndefined();
  look.arrived(150, { ...admitted, idleAt: 150 });
  expect(look.dueAt).toBeUndefined();
});

test("waits until an acknowledgement allows another frame", () => {
  const look = new SecondLook();
  look.arrived(0, { ...admitted, idleAt: 0 });
  look.arrived(16, { freeAt: 200, idleAt: 400, isLeftOut: false });
  expect(look.dueAt).toBe(300);
  look.arrived(600, { freeAt: 600, idleAt: 600, isLeftOut: false });
  expect(look.dueAt).toBe(700);
});

test("looks again after the first of the frames that are left out", () => {
  const look = new SecondLook();
  look.arrived(0, { ...admitted, idleAt: 0 });
  for (const now of [500, 516, 533]) look.arrived(now, { freeAt: now, idleAt: now, isLeftOut: true });
  expect(look.dueAt).toBe(600);
});

test("looks again after a resize, unless frames follow for longer", () => {
  const look = new SecondLook();
  look.resized(1000);
  expect(look.dueAt).toBe(1100);
  look.arrived(1020, { freeAt: 1020, idleAt: 1020, isLeftOut: false });
  expect(look.dueAt).toBe(1120);
});

/** A change of the page, with the delay of its frame and the step of the wall clock before it, in ms. */
const change = fc.record({
  wait: fc.integer({ min: 0, max: 400 }),
  delay: fc.integer({ min: 5, max: 70 }),
  step: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -3000, max: 3000 })),
});

test("shows the newest state within 250 ms despite reordered and dropped frames and steps of the clock", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
      const { changedAt, shownAt } = simulate(changes);
      expect(shownAt - changedAt).toBeLessThanOrEqual(250);
    }),
    { numRuns: 500 },
  );
});

/** Runs a model of Chromium's screencast, which drops changes while three frames are unacknowledged. */
function simulate(changes: readonly { wait: number; delay: number; step: number }[]) {
  const look = new SecondLook();
  const order = new FrameOrder();
  let state = 0;
  let [changedAt, shown, shownAt, step, cast] = [0, -1, 0, 0, 0];
  let inFlight: { state: number; arrivesAt: number; stamp: number; cast: number }[] = [];
  const capture = (now: number, delay: number) => {
    if (inFlight.filter((frame) => frame.cast === cast).length > 2) return;
    inFlight.push({ state, arrivesAt: now + delay, stamp: (now + step) / 1000, cast });
  };
  let next = 0;
  let nextAt = changes[0]?.wait ?? 0;
  for (let now = 0; next < changes.length || inFlight.length > 0 || look.dueAt !== undefined; now++) {
    const now_ = changes[next];
    if (now_ && now >= nextAt) {
      step += now_.step;
      state++;
      changedAt = now;
      capture(now, now_.delay);
      nextAt = now + (changes[++next]?.wait ?? 0);
    }
    for (const frame of inFlight.filter(({ arrivesAt }) => arrivesAt <= now)) {
      inFlight = inFlight.filter((other) => other !== frame);
      if (frame.cast < cast) continue;
      const isLeftOut = !order.admit(frame.stamp);
      look.arrived(now, { freeAt: now, idleAt: now, isLeftOut });
      if (isLeftOut) continue;
      if (frame.state !== shown) shownAt = now;
      shown = frame.state;
    }
    if (look.dueAt !== undefined && now >= look.dueAt) {
      order.reset();
      look.reset();
      cast++;
      capture(now, 20);
    }
  }
  expect(shown).toBe(state);
  return { changedAt, shownAt };
}
