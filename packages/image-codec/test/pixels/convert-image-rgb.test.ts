import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesPerPixel } from "../../src/index.ts";
import { convertImage } from "../../src/pixels/convert-image.ts";
import type { RgbFormat } from "../../src/sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../../src/sample/planes.ts";
import { rgbFormats } from "../fixtures/patches.ts";

/** Reference conversion, one pixel at a time. */
function plainly(data: Uint8Array, geometry: PixelGeometry, to: RgbFormat): number[] {
  const { format: from, codedWidth, codedHeight } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const result: number[] = [];
  for (let y = 0; y < codedHeight; y++) {
    for (let x = 0; x < codedWidth; x++) {
      const start = offset + y * stride + x * bytesPerPixel[from];
      const pixel = Array.from(data.subarray(start, start + bytesPerPixel[from]));
      const channels = Object.fromEntries(pixel.map((value, index) => [from[index], value]));
      // The fourth byte is copied if it is alpha or if both formats are the same. Otherwise it becomes 255.
      const fourth = from === to || from.endsWith("A") ? pixel[3] : 255;
      for (const channel of to) result.push(("RGB".includes(channel) ? channels[channel] : fourth) as number);
    }
  }
  return result;
}

describe("convertImage", () => {
  it("reorders the channels of each pixel", () => {
    const geometry = { codedWidth: 2, codedHeight: 1 };
    const bgra = Uint8Array.of(3, 2, 1, 4, 13, 12, 11, 14);
    const convert = (format: RgbFormat) => [...convertImage(bgra, { ...geometry, format: "BGRA" }, format)];
    expect(convert("RGBA")).toEqual([1, 2, 3, 4, 11, 12, 13, 14]);
    expect(convert("RGB")).toEqual([1, 2, 3, 11, 12, 13]);

    const rgb = Uint8Array.of(1, 2, 3, 11, 12, 13);
    expect([...convertImage(rgb, { ...geometry, format: "RGB" }, "BGRA")]).toEqual([
      3, 2, 1, 255, 13, 12, 11, 255,
    ]);
  });

  it("sets a missing alpha to 255", () => {
    const geometry = { format: "BGRX", codedWidth: 1, codedHeight: 1 } as const;
    expect([...convertImage(Uint8Array.of(3, 2, 1, 0), geometry, "BGRA")]).toEqual([3, 2, 1, 255]);
  });

  it("returns pixels that fill their ArrayBuffer", () => {
    const geometry = { format: "RGBA", codedWidth: 3, codedHeight: 3 } as const;
    for (const format of rgbFormats) {
      const result = convertImage(new Uint8Array(100), geometry, format);
      expect(result.byteOffset).toBe(0);
      expect(result.buffer.byteLength).toBe(9 * bytesPerPixel[format]);
    }
  });

  for (const from of rgbFormats) {
    for (const to of rgbFormats) {
      it(`converts ${from} to ${to} at any size, layout and memory alignment`, () => {
        const image = fc.record({
          codedWidth: fc.integer({ min: 1, max: 13 }),
          codedHeight: fc.integer({ min: 1, max: 5 }),
          offset: fc.nat({ max: 9 }),
          gap: fc.nat({ max: 9 }),
          address: fc.nat({ max: 3 }),
          isPadded: fc.boolean(),
        });
        fc.assert(
          fc.property(image, fc.infiniteStream(fc.nat({ max: 255 })), (shape, bytes) => {
            const { codedWidth, codedHeight, offset, gap, address, isPadded } = shape;
            const layout = [{ offset, stride: codedWidth * bytesPerPixel[from] + gap }];
            const geometry: PixelGeometry = {
              format: from,
              codedWidth,
              codedHeight,
              ...(isPadded && { layout }),
            };
            const memory = Uint8Array.from(bytes.take(address + planesOf(geometry)[0].end));
            const data = memory.subarray(address);
            const before = data.slice();
            expect([...convertImage(data, geometry, to)]).toEqual(plainly(data, geometry, to));
            expect(data).toEqual(before);
          }),
          { numRuns: 60 },
        );
      });
    }
  }
});
