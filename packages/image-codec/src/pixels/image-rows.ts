import type { ImageRegion } from "../sample/image-sample.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import { type PixelGeometry, type Plane, planesOf } from "../sample/planes.ts";

/** Where the pixels of a region of an RGB picture lie in its data: the region seen as a picture with padded rows. */
export function regionGeometry(geometry: PixelGeometry, region: ImageRegion): PixelGeometry {
  const { format } = geometry;
  const { offset, stride } = packedRows(geometry);
  const start = offset + region.y * stride + region.x * bytesPerPixel[format];
  return {
    format,
    codedWidth: region.width,
    codedHeight: region.height,
    layout: [{ offset: start, stride }],
  };
}

/** Copies the pixels of one picture to where another one of the same size and format has its own. */
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

/** The rows of a picture with a single plane; the luma of any other one. */
export function packedRows(geometry: PixelGeometry): Plane {
  return planesOf(geometry)[0];
}

/** A picture's data, and where its pixels lie in it. */
export interface PlacedImage {
  readonly data: Uint8Array;
  readonly geometry: PixelGeometry;
}

/** Whether both pictures have the same bytes from row `top` up to `bottom`, from byte `start` of a row up to `end`. */
export type RowComparison = (top: number, bottom: number, start: number, end: number) => boolean;

/**
 * Compares two pictures of the same size and format, plane by plane. Bytes are compared, an `X` byte's too, which
 * means nothing; what lies between rows is not.
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

/** Whether every pixel of two pictures of the same size and format is the same. */
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
