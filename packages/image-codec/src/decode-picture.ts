import type { Sharp } from "sharp";
import { convertPicture } from "./convert-picture.ts";
import { hasSignature } from "./encoding-signature.ts";
import { exactBytes } from "./exact-bytes.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { EncodedImageMetadata } from "./image-metadata.ts";
import { loadSharp } from "./load-sharp.ts";
import { packedRows } from "./packed-rows.ts";
import type { PixelFormat } from "./pixel-format.ts";

/** What sharp decodes to, for each format asked for; others are converted afterwards. */
const decodedFormat: Readonly<Record<PixelFormat, "RGB" | "RGBA">> = {
  RGBA: "RGBA",
  BGRA: "RGBA",
  RGBX: "RGBA",
  BGRX: "RGBA",
  RGB: "RGB",
  I420: "RGB",
  NV12: "RGB",
};

/** sharp's own default: no picture takes more than 1 GiB, however well it was compressed. */
const maxPixels = 0x3fff ** 2;

/** Decompresses a picture to tight rows of the format; its real size must be the one that the metadata claims. */
export async function decodePicture(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  format: PixelFormat,
): Promise<Uint8Array> {
  const { encoding, codedWidth, codedHeight } = metadata;
  // libvips would try every format it knows, SVG and TIFF too, on bytes that a stranger may have chosen.
  if (!hasSignature(data, encoding)) throw undecodable(encoding);

  const sharp = await loadSharp();
  const header = await sharp(data, { limitInputPixels: false }).metadata().catch(rethrow(encoding));
  if (header.width !== codedWidth || header.height !== codedHeight) {
    throw new ImageCodecError(
      "ERR_IMAGE_SIZE_MISMATCH",
      `The metadata says ${codedWidth}x${codedHeight}, the ${encoding} picture ${header.width}x${header.height}`,
    );
  }

  const geometry = { format: decodedFormat[format], codedWidth, codedHeight };
  const limitInputPixels = Math.min(codedWidth * codedHeight, maxPixels);
  const picture = sharp(data, { limitInputPixels, pages: 1 });
  const pixels = await rawPixels(picture, geometry.format).catch(rethrow(encoding));
  if (pixels.byteLength !== packedRows(geometry).end) throw undecodable(encoding);
  return format.startsWith("R") ? exactBytes(pixels) : convertPicture(pixels, geometry, format);
}

function rawPixels(picture: Sharp, format: "RGB" | "RGBA"): Promise<Uint8Array> {
  const withAlpha = format === "RGBA" ? picture.ensureAlpha() : picture.removeAlpha();
  return withAlpha.toColourspace("srgb").raw({ depth: "uchar" }).toBuffer();
}

function rethrow(encoding: string): (cause: unknown) => never {
  return (cause) => {
    throw undecodable(encoding, { cause });
  };
}

function undecodable(encoding: string, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError("ERR_IMAGE_UNDECODABLE", `The data is not a whole ${encoding} picture`, options);
}
