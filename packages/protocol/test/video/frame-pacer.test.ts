import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FramePacer } from "../../src/video/frame-pacer.ts";

/** Checks `dueAt` every `every` ms, and returns the times at which a frame passed. */
function pass(pace: FramePacer, from: number, to: number, every: number): number[] {
  const times: number[] = [];
  for (let now = from; now < to; now += every) {
    if (now < pace.dueAt) continue;
    pace.pass(now);
    times.push(now);
  }
  return times;
}

/** The target interval between frames, in ms. The limit is raised by 1 %, so a source at exactly the limit is not delayed. */
const intervalOf = (perSecond: number) => 1000 / (1.01 * perSecond);

describe("FramePacer", () => {
  it("does not delay frames if no limit is set", () => {
    const pace = new FramePacer();
    expect(pass(pace, 0, 5, 1)).toEqual([0, 1, 2, 3, 4]);
    pace.limit(undefined);
    expect(pass(pace, 5, 8, 1)).toEqual([5, 6, 7]);
  });

  it("lets the first frame pass at once, and then one frame per interval", () => {
    const pace = new FramePacer();
    pace.limit(5);
    expect(pass(pace, 1000, 2000, 1)).toEqual([1000, 1199, 1397, 1595, 1793, 1991]);
    expect(pace.dueAt).toBeCloseTo(1000 + 6 * intervalOf(5));
  });

  it("keeps the average rate if dueAt is checked late", () => {
    const pace = new FramePacer();
    pace.limit(50);
    expect(Math.abs(pass(pace, 0, 3000, 15).length - 3000 / intervalOf(50))).toBeLessThanOrEqual(1);
  });

  it("does not catch up after a pause", () => {
    const pace = new FramePacer();
    pace.limit(10);
    pace.pass(0);
    expect(pass(pace, 1010, 1400, 1)).toEqual([1010, 1110, 1209, 1308]);
  });

  it("measures a changed interval from the last frame", () => {
    const pace = new FramePacer();
    pace.limit(1);
    pace.pass(0);
    pace.limit(10);
    expect(pace.dueAt).toBeCloseTo(intervalOf(10));
    pace.limit(2);
    expect(pace.dueAt).toBeCloseTo(intervalOf(2));
    pace.limit(undefined);
    expect(pace.dueAt).toBe(0);
  });

  it("ignores a limit that has not changed", () => {
    const pace = new FramePacer();
    pace.limit(10);
    pace.pass(0);
    pace.pass(130);
    pace.limit(10);
    expect(pace.dueAt).toBeCloseTo(2 * intervalOf(10));
  });

  it("lets a frame pass at once after reset(), even if the limit changes afterwards", () => {
    const pace = new FramePacer();
    pace.limit(1);
    pace.pass(0);
    pace.reset();
    expect(pass(pace, 1, 1500, 1)).toEqual([1, 992]);
    pace.reset();
    pace.limit(2);
    expect(pass(pace, 1500, 2500, 1)).toEqual([1500, 1996, 2491]);
  });

  it("never exceeds the limit, and delays no frame by more than an interval", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 240, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { maxLength: 100, size: "max" }),
        (perSecond, steps) => {
          const interval = intervalOf(perSecond);
          const pace = new FramePacer();
          pace.limit(perSecond);
          const times: number[] = [];
          let now = 0;
          for (const step of steps) {
            now += step;
            const last = times.at(-1) ?? Number.NEGATIVE_INFINITY;
            if (now < pace.dueAt) expect(now - last).toBeLessThan(interval * 1.000001);
            else {
              pace.pass(now);
              times.push(now);
            }
          }
          for (const [index, time] of times.entries()) {
            const gaps = times.length - 1 - index;
            const span = (times.at(-1) ?? 0) - time;
            if (gaps > 0) expect(span).toBeGreaterThan((gaps - 1) * interval * 0.999999);
          }
        },
      ),
    );
  });
});
