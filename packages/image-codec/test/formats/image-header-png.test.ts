import { describe, expect, it } from "vitest";
import { readPngHeader } from "../../src/formats/image-header.ts";
import { pngOf } from "../fixtures/hostile.ts";

describe("readPngHeader", () => {
  it("reads the size and the bits per pixel of every colour type", () => {
    const depths = [
      [0, 1, 1],
      [0, 16, 16],
      [2, 8, 24],
      [2, 16, 48],
      [3, 4, 4],
      [4, 8, 16],
      [6, 8, 32],
      [6, 16, 64],
    ] as const;
    for (const [colourType, depth, bitsPerPixel] of depths) {
      const png = pngOf({ width: 65_535, height: 2, depth, colourType });
      expect(readPngHeader(png)).toEqual({ width: 65_535, height: 2, bitsPerPixel });
      const memory = Buffer.concat([Buffer.alloc(3), png]);
      expect(readPngHeader(memory.subarray(3))).toEqual({ width: 65_535, height: 2, bitsPerPixel });
    }
  });

  it("returns undefined if the header is not first, is truncated or has an unknown colour type", () => {
    const png = pngOf({ width: 8, height: 8 });
    for (let length = 0; length < 33; length++) {
      expect(readPngHeader(png.subarray(0, length))).toBeUndefined();
    }
    for (const place of [8, 11, 12, 15]) {
      const other = Buffer.from(png);
      other[place] = 1;
      expect(readPngHeader(other)).toBeUndefined();
    }
    for (const colourType of [1, 5, 7, 255]) {
      expect(readPngHeader(pngOf({ width: 8, height: 8, colourType }))).toBeUndefined();
    }
  });
});
