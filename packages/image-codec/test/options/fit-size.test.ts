import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitSize } from "../../src/options/choose-encoding.ts";

const size = (codedWidth: number, codedHeight: number) => ({ codedWidth, codedHeight });

describe("fitSize", () => {
  it("keeps the size of an image within the limits, also if the size is odd", () => {
    expect(fitSize(size(641, 361), {})).toEqual(size(641, 361));
    expect(fitSize(size(641, 361), { maxWidth: 641, maxHeight: 361 })).toEqual(size(641, 361));
    expect(fitSize(size(641, 361), { maxWidth: 5000, maxHeight: 5000 })).toEqual(size(641, 361));
  });

  it("scales to the tighter limit and keeps the aspect ratio", () => {
    expect(fitSize(size(1920, 1080), { maxWidth: 1280 })).toEqual(size(1280, 720));
    expect(fitSize(size(1920, 1080), { maxHeight: 720 })).toEqual(size(1280, 720));
    expect(fitSize(size(1920, 1080), { maxWidth: 640, maxHeight: 720 })).toEqual(size(640, 360));
    expect(fitSize(size(1366, 768), { maxWidth: 640 })).toEqual(size(640, 360));
  });

  it("returns even sides if a limit is odd", () => {
    expect(fitSize(size(1920, 1080), { maxWidth: 853 })).toEqual(size(852, 480));
  });

  it("returns sides of at least 2 pixels, and keeps a side of 1 pixel", () => {
    expect(fitSize(size(4000, 10), { maxWidth: 20 })).toEqual(size(20, 2));
    expect(fitSize(size(1, 4000), { maxHeight: 20 })).toEqual(size(1, 20));
    expect(fitSize(size(100, 100), { maxWidth: 1 })).toEqual(size(2, 2));
  });

  it("stays within the limits and near the aspect ratio for any size", () => {
    const side = fc.integer({ min: 2, max: 65_535 });
    fc.assert(
      fc.property(side, side, side, side, (width, height, maxWidth, maxHeight) => {
        const { codedWidth, codedHeight } = fitSize(size(width, height), { maxWidth, maxHeight });
        expect(codedWidth).toBeLessThanOrEqual(Math.min(width, maxWidth));
        expect(codedHeight).toBeLessThanOrEqual(Math.min(height, maxHeight));
        const scale = Math.min(1, maxWidth / width, maxHeight / height);
        expect(Math.abs(codedWidth - width * scale)).toBeLessThanOrEqual(2);
        expect(Math.abs(codedHeight - height * scale)).toBeLessThanOrEqual(2);
      }),
    );
  });
});
