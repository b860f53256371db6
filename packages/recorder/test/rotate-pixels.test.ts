import { describe, expect, test } from "vitest";
import { rotatePixels, uprightSize } from "../src/rotate-pixels.ts";

/** The source coordinates of the pixel at (x, y) of the rotated frame, for a source of `width` x `height`. */
const sourceOf = {
  0: (x: number, y: number) => [x, y],
  90: (x: number, y: number, _width: number, height: number) => [y, height - 1 - x],
  180: (x: number, y: number, width: number, height: number) => [width - 1 - x, height - 1 - y],
  270: (x: number, y: number, width: number) => [width - 1 - y, x],
} as const;

const sizes = [
  [1, 1],
  [1, 9],
  [7, 1],
  [2, 3],
  [5, 4],
  [128, 128],
  [131, 257],
  [300, 127],
] as const;

describe.each([0, 90, 180, 270] as const)("rotatePixels by %i degrees", (rotation) => {
  test.each(sizes)("moves every pixel of a frame of %i x %i, with and without gaps", (width, height) => {
    for (const gap of [0, 3]) {
      const stride = width + gap;
      const pixels = Uint32Array.from({ length: stride * height - gap }, (_, index) => index + 1);
      const target = new Uint32Array(width * height);
      rotatePixels({ pixels, width, height, stride }, rotation, target);

      const upright = uprightSize({ codedWidth: width, codedHeight: height, rotation });
      const expected = target.map((_, index) => {
        const [x, y] = [index % upright.width, Math.floor(index / upright.width)];
        const [column, row] = sourceOf[rotation](x, y, width, height) as [number, number];
        return pixels[row * stride + column] as number;
      });
      expect(target).toEqual(expected);
    }
  });
});
