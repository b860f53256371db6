import type Sharp from "sharp";
import { exactBytes } from "./exact-bytes.ts";
import type { JpegOptions } from "./image-codec-options.ts";
import type { ImageEncoding } from "./image-sample.ts";
import type { PixelGeometry } from "./picture-planes.ts";
import { sharpPixels } from "./sharp-pixels.ts";
import { SpareBuffer } from "./spare-buffer.ts";

interface SharpEncodeOptions extends JpegOptions {
  readonly encoding: ImageEncoding;
}

/** Pictures that have to be packed are as large as those that are given, so the memory for it is kept. */
const spare = new SpareBuffer();

/** Compresses a picture whose data is known to hold every row. PNG and WebP keep alpha, and nothing is blended. */
export async function encodeWithSharp(
  sharp: typeof Sharp,
  data: Uint8Array,
  geometry: PixelGeometry,
  { encoding, quality, chromaSubsampling }: SharpEncodeOptions,
): Promise<Uint8Array> {
  const keepsAlpha = encoding !== "jpeg" && geometry.format.endsWith("A");
  let packed: Buffer | undefined;
  const picture = sharpPixels(sharp, data, geometry, keepsAlpha ? "RGBA" : "RGB", (length) => {
    packed = spare.take(length);
    return packed.subarray(0, length);
  });
  switch (encoding) {
    case "jpeg":
      // Optimised Huffman tables save few bytes and cost twice the time.
      picture.jpeg({ quality, chromaSubsampling, optimiseCoding: false });
      break;
    case "png":
      picture.png({ compressionLevel: 1 });
      break;
    case "webp":
      picture.webp({ quality, effort: 0 });
      break;
  }
  try {
    return exactBytes(await picture.toBuffer());
  } finally {
    if (packed) spare.give(packed);
  }
}
