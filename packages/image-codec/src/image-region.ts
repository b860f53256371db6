import { packedRows } from "./packed-rows.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel } from "./pixel-format.ts";

/** A rectangle of a picture, in pixels from its top left corner. */
export interface ImageRegion {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

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
