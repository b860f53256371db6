import type { Sharp as Pipeline, default as Sharp } from "sharp";
import type { Allocate } from "./allocate.ts";
import { convertPicture } from "./convert-picture.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";

/**
 * The picture as sharp takes it: tight, and red first; where it is not, packed into what `allocate` gives.
 * What sharp can do off the event loop is left to it.
 */
export function sharpPixels(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  allocate: Allocate,
): Pipeline {
  const { format, codedWidth: width, codedHeight: height } = geometry;
  const [{ offset, stride, rowBytes, end }] = planesOf(geometry);
  const isTaken = stride === rowBytes && format.startsWith("R");
  const taken = isTaken ? format : format === "BGRA" ? "RGBA" : "RGB";
  const pixels = isTaken ? data.subarray(offset, end) : convertPicture(data, geometry, taken, allocate);
  const raw = { width, height, channels: taken === "RGB" ? 3 : 4 } as const;
  return sharp(pixels, { raw, limitInputPixels: false });
}
