import { describe, expect, test } from "vitest";
import { CanvasGrowth } from "../src/canvas-growth.ts";

const second = 1_000_000;
const size = (width: number, height: number) => ({ width, height });

describe("CanvasGrowth", () => {
  test("needs no new part for frames that fit", () => {
    const growth = new CanvasGrowth(size(640, 360));
    for (const frame of [size(640, 360), size(2, 2), size(639, 359)]) {
      expect(growth.next(frame, 0)).toBeUndefined();
    }
    expect(growth.largest).toEqual(size(640, 360));
  });

  test("grows at once for the first larger frame, and to the greatest width and height", () => {
    const growth = new CanvasGrowth(size(640, 360));
    expect(growth.next(size(361, 641), 0)).toEqual(size(640, 642));
    expect(growth.largest).toEqual(size(640, 642));
  });

  test("grows at once for a side of twice the length", () => {
    const growth = new CanvasGrowth(size(16, 16));
    expect(growth.next(size(320, 180), 1)).toEqual(size(320, 180));
    expect(growth.next(size(640, 180), 2)).toEqual(size(640, 180));
    expect(growth.next(size(640, 358), 3)).toBeUndefined();
    expect(growth.next(size(640, 360), 4)).toEqual(size(640, 360));
  });

  test("grows later, also with a small frame, if the last part is younger than half a second", () => {
    const growth = new CanvasGrowth(size(320, 180));
    expect(growth.next(size(322, 180), 0)).toEqual(size(322, 180));
    expect(growth.next(size(324, 180), 0.4 * second)).toBeUndefined();
    expect(growth.largest).toEqual(size(324, 180));
    expect(growth.next(size(100, 100), 0.5 * second)).toEqual(size(324, 180));
  });

  test("needs 14 parts for an hour in which each frame is larger than the one before", () => {
    const growth = new CanvasGrowth(size(4000, 4000));
    let parts = 1;
    for (let frame = 0; frame < 3600 * 30; frame++) {
      if (growth.next(size(4000 + Math.floor(frame / 30), 4000), (frame * second) / 30)) parts++;
    }
    expect(parts).toBe(14);
  });

  test("does not grow to more than 2^26 pixels", () => {
    const growth = new CanvasGrowth(size(16_000, 16));
    expect(growth.next(size(16, 16_000), 0)).toBeUndefined();
    expect(growth.largest).toEqual(size(16_000, 16));
    expect(growth.next(size(16, 4000), 0)).toEqual(size(16_000, 4000));
  });
});
