import type { Sharp as Pipeline, default as Sharp } from "sharp";
import type { Allocate } from "./allocate.ts";
import { convertPicture } from "./convert-picture.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel } from "./pixel-format.ts";
import { heedWarnings } from "./sharp-warnings.ts";

/**
 * The picture as sharp takes it, tight and red first, in this format; where it is not, packed into what `allocate` gives.
 * An alpha is dropped here rather than by sharp, which takes several times as long.
 */
export function sharpPixels(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  format: "RGB" | "RGBA",
  allocate: Allocate,
): Pipeline {
  const { codedWidth: width, codedHeight: height } = geometry;
  const [{ offset, stride, rowBytes, end }] = planesOf(geometry);
  const isTaken = stride === rowBytes && geometry.format === format;
  const pixels = isTaken ? data.subarray(offset, end) : convertPicture(data, geometry, format, allocate);
  const raw = { width, height, channels: bytesPerPixel[format] as 3 | 4 };
  return heedWarnings(sharp(pixels, { raw, limitInputPixels: false }));
}
