import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pixelFormats } from "../../src/index.ts";
import { convertImage } from "../../src/pixels/convert-image.ts";
import { windowPixels } from "../../src/pixels/pixel-kernels.ts";
import type { ImageColorSpace } from "../../src/sample/color-space.ts";
import { yuvMatrix } from "../../src/sample/color-space.ts";
import { type PixelGeometry, planesOf } from "../../src/sample/planes.ts";
import { convertPlainly } from "../fixtures/plain-conversion.ts";

const colorSpaces: ImageColorSpace[] = [{}, { fullRange: true }, { matrix: "smpte170m" }];

/** Makes an image of pseudorandom bytes with `gap` bytes before each plane and between rows. */
function randomImage(geometry: PixelGeometry, gap: number, seed: number) {
  let next = 0;
  const layout = planesOf(geometry).map(({ rowBytes, rows }) => {
    const plane = { offset: next + gap, stride: rowBytes + gap };
    next = plane.offset + rows * plane.stride;
    return plane;
  });
  let state = seed;
  const data = new Uint8Array(next).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
  return { data, geometry: { ...geometry, layout } };
}

describe("pixelKernels", () => {
  for (const from of pixelFormats) {
    for (const to of pixelFormats) {
      it(`converts ${from} to ${to} to the same bytes as the reference conversion`, () => {
        const image = fc.record({
          codedWidth: fc.oneof(
            fc.integer({ min: 1, max: 19 }),
            fc.integer({ min: windowPixels - 3, max: windowPixels + 9 }),
          ),
          codedHeight: fc.integer({ min: 1, max: 5 }),
          gap: fc.nat({ max: 5 }),
          seed: fc.nat(),
          colorSpace: fc.constantFrom(...colorSpaces),
        });
        fc.assert(
          fc.property(image, ({ codedWidth, codedHeight, gap, seed, colorSpace }) => {
            const size = { format: from, codedWidth, codedHeight, colorSpace };
            const { data, geometry } = randomImage(size, gap, seed);
            const fast = convertImage(data, geometry, to);
            expect(Buffer.compare(fast, convertPlainly(data, geometry, to))).toBe(0);
          }),
          { numRuns: 30 },
        );
      });
    }
  }

  it.each(colorSpaces)("computes RGB by the formula of the colour space %j", (colorSpace) => {
    const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix(colorSpace);
    const size = { format: "NV12", codedWidth: 512, codedHeight: 512, colorSpace } as const;
    const { data, geometry } = randomImage(size, 0, 7);
    const rgb = convertImage(data, geometry, "RGB");
    let worst = 0;
    for (let pixel = 0; pixel < 512 * 512; pixel++) {
      const chroma = 512 * 512 + (pixel >> 10) * 512 + ((pixel % 512) >> 1) * 2;
      const y = ((data[pixel] as number) - lumaOffset) / lumaSpan;
      const u = ((data[chroma] as number) - 128) / chromaSpan;
      const v = ((data[chroma + 1] as number) - 128) / chromaSpan;
      const r = y + 2 * (1 - red) * v;
      const b = y + 2 * (1 - blue) * u;
      const g = (y - red * r - blue * b) / green;
      for (const [channel, exact] of [r, g, b].entries()) {
        const shown = Math.min(255, Math.max(0, 255 * exact));
        worst = Math.max(worst, Math.abs(shown - (rgb[3 * pixel + channel] as number)));
      }
    }
    expect(worst).toBeLessThan(0.5001);
  });

  it("computes luma and chroma by the formula of BT.709", () => {
    const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix();
    const size = { format: "BGRA", codedWidth: 512, codedHeight: 512 } as const;
    const { data, geometry } = randomImage(size, 0, 8);
    const yuv = convertImage(data, geometry, "I420");
    const light = (pixel: number) =>
      (red * (data[4 * pixel + 2] as number) +
        green * (data[4 * pixel + 1] as number) +
        blue * (data[4 * pixel] as number)) /
      255;
    let worst = 0;
    const compare = (exact: number, at: number) => {
      worst = Math.max(worst, Math.abs(exact - (yuv[at] as number)));
    };
    for (let pixel = 0; pixel < 512 * 512; pixel++) {
      compare(lumaOffset + lumaSpan * light(pixel), pixel);
      if (pixel % 2 === 1 || (pixel >> 9) % 2 === 1) continue;
      const block = [pixel, pixel + 1, pixel + 512, pixel + 513];
      const mean = (of: (pixel: number) => number) =>
        block.reduce((sum, each) => sum + of(each), 0) / block.length;
      const luma = mean(light);
      const at = 512 * 512 + (pixel >> 10) * 256 + ((pixel % 512) >> 1);
      compare(
        128 + (chromaSpan * (mean((each) => (data[4 * each] as number) / 255) - luma)) / (2 * (1 - blue)),
        at,
      );
      compare(
        128 + (chromaSpan * (mean((each) => (data[4 * each + 2] as number) / 255) - luma)) / (2 * (1 - red)),
        at + 256 * 256,
      );
    }
    expect(worst).toBeLessThan(0.5001);
  });
});
