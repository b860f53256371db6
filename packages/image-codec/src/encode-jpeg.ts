import { convertPicture } from "./convert-picture.ts";
import { exactBytes } from "./exact-bytes.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegOptions } from "./image-codec-options.ts";
import { loadSharp } from "./load-sharp.ts";
import { packedRows } from "./packed-rows.ts";
import type { PixelGeometry } from "./picture-planes.ts";

/** Compresses a picture whose data is known to hold every row. Alpha is ignored. */
export async function encodeJpeg(
  data: Uint8Array,
  geometry: PixelGeometry,
  { quality, chromaSubsampling }: JpegOptions,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { pixels, channels } = sharpPixels(data, geometry);
  const raw = { width: geometry.codedWidth, height: geometry.codedHeight, channels };
  try {
    const jpeg = await sharp(pixels, { raw, limitInputPixels: false })
      .removeAlpha()
      // Optimised Huffman tables save few bytes and cost twice the time.
      .jpeg({ quality, chromaSubsampling, optimiseCoding: false })
      .toBuffer();
    return exactBytes(jpeg);
  } catch (cause) {
    throw new ImageCodecError("ERR_IMAGE_ENCODE_FAILED", "sharp could not compress the picture", { cause });
  }
}

/** The pixels as sharp takes them: tight, and red first. What sharp can do off the event loop is left to it. */
function sharpPixels(
  data: Uint8Array,
  geometry: PixelGeometry,
): { readonly pixels: Uint8Array; readonly channels: 3 | 4 } {
  const { format } = geometry;
  const { offset, stride, rowBytes, end } = packedRows(geometry);
  if (stride === rowBytes && format.startsWith("R")) {
    return { pixels: data.subarray(offset, end), channels: format === "RGB" ? 3 : 4 };
  }
  return { pixels: convertPicture(data, geometry, "RGB"), channels: 3 };
}
