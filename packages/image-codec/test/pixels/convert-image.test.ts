import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesPerPixel, pixelFormats } from "../../src/index.ts";
import { convertedMetadata, convertImage } from "../../src/pixels/convert-image.ts";
import type { ImageColorSpace } from "../../src/sample/color-space.ts";
import { isYuvFormat, type YuvFormat } from "../../src/sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../../src/sample/planes.ts";
import { patches, worstColourError } from "../fixtures/patches.ts";

const yuvFormats: YuvFormat[] = ["I420", "NV12"];

/** Two by two pixels of one colour in I420 or NV12. */
function flat([y, u, v]: readonly number[]): Uint8Array {
  return Uint8Array.of(...[y, y, y, y, u, v].map(Number));
}

function rgbOf(format: YuvFormat, yuv: readonly number[], colorSpace?: ImageColorSpace): number[] {
  const geometry = { format, codedWidth: 2, codedHeight: 2, colorSpace };
  return [...convertImage(flat(yuv), geometry, "RGB").subarray(0, 3)];
}

describe("convertImage", () => {
  for (const from of pixelFormats) {
    for (const to of pixelFormats) {
      it(`keeps the colours if ${from} is converted to ${to}`, () => {
        for (const padding of [{}, { offset: 4, gap: 4 }, { offset: 3, gap: 1 }]) {
          const { codedWidth, codedHeight, data, layout } = patches(from, padding);
          const converted = convertImage(data, { format: from, codedWidth, codedHeight, layout }, to);
          expect(converted.buffer.byteLength).toBe(codedWidth * codedHeight * bytesPerPixel[to]);
          const tolerance = isYuvFormat(from) === isYuvFormat(to) ? 0 : 2;
          expect(worstColourError({ ...patches(to), data: converted })).toBeLessThanOrEqual(tolerance);
        }
      });
    }
  }

  const knownColours: [title: string, colorSpace: ImageColorSpace | undefined, yuv: number[][]][] = [
    [
      "BT.709 in limited range by default",
      undefined,
      [
        [63, 102, 240],
        [173, 42, 26],
        [32, 240, 118],
      ],
    ],
    [
      "BT.601 in limited range",
      { matrix: "smpte170m" },
      [
        [81, 90, 240],
        [145, 54, 34],
        [41, 240, 110],
      ],
    ],
    [
      "BT.601 in limited range, named bt470bg",
      { matrix: "bt470bg" },
      [
        [81, 90, 240],
        [145, 54, 34],
        [41, 240, 110],
      ],
    ],
    [
      "BT.601 in full range",
      { matrix: "smpte170m", fullRange: true },
      [
        [76, 85, 255],
        [150, 44, 21],
        [29, 255, 107],
      ],
    ],
    [
      "BT.709 in full range",
      { fullRange: true },
      [
        [54, 99, 255],
        [182, 30, 12],
        [18, 255, 116],
      ],
    ],
  ];
  for (const [title, colorSpace, yuv] of knownColours) {
    it(`converts to RGB from ${title}`, () => {
      for (const format of yuvFormats) {
        for (const [channel, colour] of yuv.entries()) {
          for (const [index, value] of rgbOf(format, colour, colorSpace).entries()) {
            expect(Math.abs(value - (index === channel ? 255 : 0))).toBeLessThanOrEqual(2);
          }
        }
      }
    });
  }

  it("rounds to the nearest value and clamps values outside 0 to 255", () => {
    expect(rgbOf("I420", [16, 128, 128])).toEqual([0, 0, 0]);
    expect(rgbOf("I420", [235, 128, 128])).toEqual([255, 255, 255]);
    expect(rgbOf("I420", [17, 128, 128])).toEqual([1, 1, 1]);
    expect(rgbOf("I420", [0, 128, 128])).toEqual([0, 0, 0]);
    expect(rgbOf("I420", [255, 128, 128])).toEqual([255, 255, 255]);
    // Luma is 1.164383 * (126 - 16) = 128.08. Red is 128.08 + 1.792741 = 129.87. Green is
    // 128.08 - 0.213249 - 0.532909 = 127.34. Blue is 128.08 + 2.112402 = 130.19.
    expect(rgbOf("I420", [126, 129, 129])).toEqual([130, 127, 130]);
  });

  it("applies each chroma value to a block of two by two pixels, also at odd sizes", () => {
    const geometry = { format: "I420", codedWidth: 3, codedHeight: 3 } as const;
    const luma = Array<number>(9).fill(128);
    const data = Uint8Array.of(...luma, 128, 240, 128, 128, ...Array<number>(4).fill(128));
    const rgb = convertImage(data, geometry, "RGB");
    const blues = Array.from({ length: 9 }, (_, pixel) => rgb[pixel * 3 + 2]);
    expect(blues).toEqual([130, 130, 255, 130, 130, 255, 130, 130, 130]);
  });

  it("averages chroma over the pixels of each two by two block that are inside the image", () => {
    const [red, blue] = [
      [255, 0, 0],
      [0, 0, 255],
    ] as const;
    const data = Uint8Array.of(...red, ...blue, ...blue);
    const i420 = convertImage(data, { format: "RGB", codedWidth: 3, codedHeight: 1 }, "I420");
    expect([...i420]).toEqual([63, 32, 32, 171, 240, 179, 118]);
    const nv12 = convertImage(data, { format: "RGB", codedWidth: 3, codedHeight: 1 }, "NV12");
    expect([...nv12]).toEqual([63, 32, 32, 171, 179, 240, 118]);
  });

  it("reads and repacks every byte of I420 and NV12 at any size and layout", () => {
    const shape = fc.record({
      format: fc.constantFrom(...yuvFormats),
      codedWidth: fc.integer({ min: 1, max: 9 }),
      codedHeight: fc.integer({ min: 1, max: 9 }),
      offsets: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 3 }),
      gaps: fc.array(fc.nat({ max: 9 }), { minLength: 3, maxLength: 3 }),
    });
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat({ max: 255 })), ({ offsets, gaps, ...tight }, bytes) => {
        let next = 0;
        const layout = planesOf(tight).map(({ rowBytes, rows }, index) => {
          const plane = { offset: next + (offsets[index] ?? 0), stride: rowBytes + (gaps[index] ?? 0) };
          next = plane.offset + rows * plane.stride;
          return plane;
        });
        const geometry: PixelGeometry = { ...tight, layout };
        const data = Uint8Array.from(bytes.take(next));
        const packed = Uint8Array.from(
          planesOf(geometry).flatMap(({ offset, stride, rowBytes, rows }) =>
            Array.from({ length: rows }, (_, row) => [
              ...data.subarray(offset + row * stride, offset + row * stride + rowBytes),
            ]).flat(),
          ),
        );
        expect(convertImage(data, geometry, "BGRA")).toEqual(convertImage(packed, tight, "BGRA"));
        for (const format of yuvFormats) {
          const there = convertImage(data, geometry, format);
          const back = convertImage(there, { ...tight, format }, tight.format);
          expect(back).toEqual(packed);
        }
      }),
    );
  });
});

describe("convertedMetadata", () => {
  const metadata = { format: "I420", codedWidth: 2, codedHeight: 2, timestamp: 0, rotation: 90 } as const;
  const colorSpace = { primaries: "smpte170m", matrix: "smpte170m", fullRange: true } as const;

  it("keeps the colour space if I420 is converted to NV12", () => {
    expect(convertedMetadata({ ...metadata, colorSpace }, "NV12")).toStrictEqual({
      ...metadata,
      format: "NV12",
      colorSpace,
    });
  });

  it("removes the layout, matrix and range if YUV is converted to RGB", () => {
    const layout = [4, 4, 4].map((stride) => ({ offset: 0, stride }));
    expect(convertedMetadata({ ...metadata, colorSpace, layout }, "RGB")).toStrictEqual({
      ...metadata,
      format: "RGB",
      colorSpace: { primaries: "smpte170m" },
    });
    expect(convertedMetadata({ ...metadata, colorSpace: { fullRange: true } }, "RGB")).toStrictEqual({
      ...metadata,
      format: "RGB",
    });
  });
});
