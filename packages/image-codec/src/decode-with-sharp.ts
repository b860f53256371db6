import type Sharp from "sharp";
import { convertPixels } from "./convert-pixels.ts";
import { exactBytes } from "./exact-bytes.ts";
import type { DecodedPixels, PixelTarget } from "./jpeg-engine.ts";
import type { CodedSize } from "./picture-planes.ts";
import { heedWarnings, withWarnings } from "./sharp-warnings.ts";

/** Decompresses any picture that starts as its encoding does, to tight rows; its size must be the one given. */
export async function decodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  { codedWidth, codedHeight }: CodedSize,
  { format, allocate }: PixelTarget,
): Promise<DecodedPixels> {
  const picture = heedWarnings(sharp(data, { limitInputPixels: codedWidth * codedHeight, pages: 1 }));
  // Any operation more, and sharp's cache may keep the picture and its warnings.
  const raw = (format === "RGB" ? picture.removeAlpha() : picture)
    .toColourspace("srgb")
    .raw({ depth: "uchar" });
  const { result, isWarned } = await withWarnings(raw.toBuffer({ resolveWithObject: true }));
  const { data: pixels, info } = result;
  const { width, height, channels } = info;
  if (width !== codedWidth || height !== codedHeight || (channels !== 3 && channels !== 4)) {
    throw new RangeError(`sharp read ${width}x${height} pixels of ${channels} channels`);
  }
  const decoded = { format: channels === 3 ? "RGB" : "RGBA", codedWidth, codedHeight } as const;
  // sharp decodes into memory of its own alone, which may be kept where it is all the same whose it is.
  const isDone = !allocate && format === decoded.format;
  return { data: isDone ? exactBytes(pixels) : convertPixels(pixels, decoded, format, allocate), isWarned };
}
