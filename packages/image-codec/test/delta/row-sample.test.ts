import { describe, expect, it } from "vitest";
import { RowSample } from "../../src/delta/row-sample.ts";
import type { PlacedImage } from "../../src/pixels/image-rows.ts";
import type { PixelGeometry } from "../../src/sample/planes.ts";

const width = 640;
const height = 480;

function bgra(shade: number, { offset, gap }: { offset: number; gap: number }): PlacedImage {
  const stride = width * 4 + gap;
  const layout = [{ offset, stride }];
  const geometry: PixelGeometry = { format: "BGRA", codedWidth: width, codedHeight: height, layout };
  // The last row has no gap after it.
  return { data: new Uint8Array(offset + stride * height - gap).fill(shade), geometry };
}

function sampleOf(image: PlacedImage): RowSample {
  const sample = RowSample.of(image);
  if (!sample) throw new Error("no sample");
  return sample;
}

describe("RowSample", () => {
  it("returns the share of sampled spans that differ, also in an image with another layout", () => {
    const sample = sampleOf(bgra(1, { offset: 0, gap: 0 }));
    const other = bgra(1, { offset: 12, gap: 20 });
    expect(sample.differingShare(other)).toBe(0);
    other.data.fill(2, 12 + (height / 2) * (width * 4 + 20));
    const share = sample.differingShare(other);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
    expect(sample.differingShare(bgra(3, { offset: 0, gap: 4 }))).toBe(1);
  });

  it("copies the rows of the image that is passed to update", () => {
    const sample = sampleOf(bgra(1, { offset: 0, gap: 8 }));
    const other = bgra(2, { offset: 4, gap: 0 });
    sample.update(other);
    other.data.fill(3);
    expect(sample.differingShare(bgra(2, { offset: 0, gap: 0 }))).toBe(0);
    expect(sample.differingShare(other)).toBe(1);
  });

  it("returns undefined for a small image", () => {
    for (const [codedWidth, codedHeight] of [
      [1, 1],
      [1, 2000],
      [2000, 1],
      [320, 240],
    ] as const) {
      const data = new Uint8Array(codedWidth * codedHeight * 3);
      expect(RowSample.of({ data, geometry: { format: "RGB", codedWidth, codedHeight } })).toBeUndefined();
    }
  });
});
