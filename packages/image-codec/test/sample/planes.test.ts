import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BroadcastImageCodec, type ImageSample, pixelFormats } from "../../src/index.ts";
import { planesOf } from "../../src/sample/planes.ts";

const codec = new BroadcastImageCodec();

describe("planesOf", () => {
  it("packs planes tightly by default, with chroma sizes rounded up", () => {
    const size = { codedWidth: 5, codedHeight: 3 };
    expect(planesOf({ format: "RGB", ...size })).toEqual([
      { offset: 0, stride: 15, rowBytes: 15, rows: 3, end: 45 },
    ]);
    expect(planesOf({ format: "I420", ...size })).toEqual([
      { offset: 0, stride: 5, rowBytes: 5, rows: 3, end: 15 },
      { offset: 15, stride: 3, rowBytes: 3, rows: 2, end: 21 },
      { offset: 21, stride: 3, rowBytes: 3, rows: 2, end: 27 },
    ]);
    expect(planesOf({ format: "NV12", ...size })).toEqual([
      { offset: 0, stride: 5, rowBytes: 5, rows: 3, end: 15 },
      { offset: 15, stride: 6, rowBytes: 6, rows: 2, end: 27 },
    ]);
  });

  it("follows a layout with planes in any order", () => {
    const layout = [
      { offset: 40, stride: 10 },
      { offset: 20, stride: 4 },
      { offset: 2, stride: 3 },
    ];
    const planes = planesOf({ format: "I420", codedWidth: 5, codedHeight: 3, layout });
    expect(planes.map(({ offset, stride, end }) => [offset, stride, end])).toEqual([
      [40, 10, 65],
      [20, 4, 27],
      [2, 3, 8],
    ]);
  });
});

describe("BroadcastImageCodec.encode (raw images with a layout)", () => {
  const image = fc
    .record({
      format: fc.constantFrom(...pixelFormats),
      codedWidth: fc.integer({ min: 1, max: 12 }),
      codedHeight: fc.integer({ min: 1, max: 12 }),
      offsets: fc.array(fc.nat({ max: 200 }), { minLength: 3, maxLength: 3 }),
      gaps: fc.array(fc.nat({ max: 20 }), { minLength: 3, maxLength: 3 }),
    })
    .map(({ offsets, gaps, ...geometry }) => ({
      ...geometry,
      layout: planesOf(geometry).map(({ rowBytes }, index) => ({
        offset: offsets[index] ?? 0,
        stride: rowBytes + (gaps[index] ?? 0),
      })),
    }));

  it("accepts data of exactly the length that the layout needs, and rejects data one byte shorter", async () => {
    await fc.assert(
      fc.asyncProperty(image, async (geometry) => {
        const end = Math.max(...planesOf(geometry).map((plane) => plane.end));
        const sample: ImageSample = { type: "image", ...geometry, data: new Uint8Array(end), timestamp: 0 };
        expect(await codec.encode(sample)).toMatchObject({ metadata: geometry });
        const short = { ...sample, data: sample.data.subarray(1) };
        await expect(codec.encode(short)).rejects.toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
      }),
    );
  });

  it("rejects a stride that is shorter than a row", async () => {
    await fc.assert(
      fc.asyncProperty(image, fc.nat({ max: 2 }), async (geometry, plane) => {
        const planes = planesOf(geometry);
        const layout = geometry.layout.map(({ offset, stride }, index) => ({
          offset,
          stride: index === plane % planes.length ? (planes[index]?.rowBytes ?? 0) - 1 : stride,
        }));
        const data = new Uint8Array(100_000);
        await expect(
          codec.encode({ type: "image", ...geometry, layout, data, timestamp: 0 }),
        ).rejects.toMatchObject({ code: "ERR_IMAGE_INVALID_SAMPLE" });
      }),
    );
  });
});
