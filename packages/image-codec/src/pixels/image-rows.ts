import type { ImageRegion } from "../sample/image-sample.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import { type PixelGeometry, type Plane, planesOf } from "../sample/planes.ts";

/** The data of an image and the geometry of its pixels. */
export interface PlacedImage {
  readonly data: Uint8Array;
  readonly geometry: PixelGeometry;
}

/** Describes a region of an RGB image as a separate image with gaps between its rows. */
export function regionGeometry(geometry: PixelGeometry, region: ImageRegion): PixelGeometry {
  const { format } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const start = offset + region.y * stride + region.x * bytesPerPixel[format];
  return {
    format,
    codedWidth: region.width,
    codedHeight: region.height,
    layout: [{ offset: start, stride }],
  };
}

/** Copies the pixels of an image to another image of the same size and format. */
export function copyPixels(
  source: Uint8Array,
  from: PixelGeometry,
  target: Uint8Array,
  to: PixelGeometry,
): void {
  const targets = planesOf(to);
  for (const [index, { offset, stride, rowBytes, rows, end }] of planesOf(from).entries()) {
    const plane = targets[index] ?? targets[0];
    if (stride === rowBytes && plane.stride === rowBytes) {
      target.set(source.subarray(offset, end), plane.offset);
      continue;
    }
    for (let row = 0; row < rows; row++) {
      const start = offset + row * stride;
      target.set(source.subarray(start, start + rowBytes), plane.offset + row * plane.stride);
    }
  }
}

/**
 * Whether two images are equal in rows `top` to `bottom`, in bytes `start` to `end` of each row. `bottom` and `end` are
 * exclusive.
 */
export type RowComparison = (top: number, bottom: number, start: number, end: number) => boolean;

/**
 * Returns one comparison per plane of two images of the same size and format.
 * All bytes of a pixel are compared, including `X`. Gaps between rows are ignored.
 */
export function rowComparisons(
  before: PlacedImage,
  after: PlacedImage,
): readonly [RowComparison, ...RowComparison[]] {
  const targets = planesOf(after.geometry);
  const comparisons = planesOf(before.geometry).map((plane, index) =>
    rowComparison(bufferOf(before.data), plane, bufferOf(after.data), targets[index] ?? targets[0]),
  );
  return comparisons as [RowComparison, ...RowComparison[]];
}

/** Whether all pixels of two images of the same size and format are equal. */
export function isSameImage(before: PlacedImage, after: PlacedImage): boolean {
  const planes = planesOf(after.geometry);
  return rowComparisons(before, after).every((isSame, index) => {
    const { rows, rowBytes } = planes[index] ?? planes[0];
    return isSame(0, rows, 0, rowBytes);
  });
}

function rowComparison(before: Buffer, from: Plane, after: Buffer, to: Plane): RowComparison {
  const isTight = from.stride === from.rowBytes && to.stride === to.rowBytes;
  return (top, bottom, start, end) => {
    const isWhole = isTight && start === 0 && end === to.rowBytes;
    const step = isWhole ? bottom - top : 1;
    const length = (step - 1) * to.rowBytes + end;
    for (let row = top; row < bottom; row += step) {
      const one = from.offset + row * from.stride;
      const other = to.offset + row * to.stride;
      const order = before.compare(after, other + start, other + length, one + start, one + length);
      if (order !== 0) return false;
    }
    return true;
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
