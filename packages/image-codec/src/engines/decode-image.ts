import { ImageCodecError } from "../checks/image-codec-error.ts";
import { requireHeader, undecodable } from "../formats/image-header.ts";
import type { Allocate } from "../memory/allocate.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import { convertImage } from "../pixels/convert-image.ts";
import type { EncodedImageMetadata } from "../sample/image-metadata.ts";
import { isYuvFormat, type PixelFormat } from "../sample/pixel-format.ts";
import { decodeJpeg } from "./decode-jpeg.ts";
import type { PixelTarget } from "./jpeg-engine.ts";
import { loadSharp } from "./load-engine.ts";
import { decodeWithSharp } from "./sharp-codec.ts";

/** Options of {@link decodeImage}. Without `allocate`, the pixels are written to new memory. */
export interface DecodeImageOptions {
  readonly format: PixelFormat;
  readonly engine?: JpegEngineName | undefined;
  readonly allocate?: Allocate | undefined;
}

/**
 * Decompresses an image to tightly packed rows. Rejects an image whose header has another size than the metadata.
 * Rejects an image with missing or broken data: libjpeg would fill the missing part with grey, and in a live stream a
 * complete image follows soon. A JPEG whose faults affect no pixel is decoded.
 */
export async function decodeImage(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  { format, engine, allocate }: DecodeImageOptions,
): Promise<Uint8Array> {
  const { codedWidth, codedHeight } = metadata;
  const { frame } = requireHeader(data, metadata);
  const rgbFormat = isYuvFormat(format) ? "RGB" : format;
  const target = { format: rgbFormat, allocate: format === rgbFormat ? allocate : undefined };
  const pixels = frame
    ? await decodeJpeg(data, metadata, target, { frame, engine })
    : await decodeOther(data, metadata, target);
  if (format === rgbFormat) return pixels;
  return convertImage(pixels, { format: rgbFormat, codedWidth, codedHeight }, format, allocate);
}

async function decodeOther(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  target: PixelTarget,
): Promise<Uint8Array> {
  const { encoding } = metadata;
  const sharp = await loadSharp();
  const needed = encoding === "png" ? withoutText(data) : data;
  try {
    return (await decodeWithSharp(sharp, needed, metadata, target)).data;
  } catch (cause) {
    if (cause instanceof ImageCodecError) throw cause;
    throw undecodable(encoding, { cause });
  }
}

const pngSignatureBytes = 8;
/** Bytes of a PNG chunk without its data: length, type and checksum. */
const pngChunkBytes = 12;

const compressedText = new Set(["zTXt", "iTXt"].map((type) => Buffer.from(type, "latin1").readUInt32BE()));

/**
 * Removes compressed text from a PNG. Returns `png` itself if it has none. libpng would decompress every text chunk, up
 * to 8 MB each and without a limit on their number, although the text is not used.
 */
export function withoutText(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let at = pngSignatureBytes; at + pngChunkBytes <= png.byteLength; ) {
    const end = at + pngChunkBytes + view.getUint32(at);
    if (compressedText.has(view.getUint32(at + 4))) {
      kept.push(png.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, png.subarray(from)]);
}
