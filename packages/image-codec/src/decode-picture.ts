import type { Allocate } from "./allocate.ts";
import { convertPicture } from "./convert-picture.ts";
import { decodeJpeg } from "./decode-jpeg.ts";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegEngineName } from "./image-codec-options.ts";
import type { EncodedImageMetadata } from "./image-metadata.ts";
import type { PixelTarget } from "./jpeg-engine.ts";
import { loadSharp } from "./load-sharp.ts";
import { requireHeader, undecodable } from "./picture-header.ts";
import { isYuvFormat, type PixelFormat } from "./pixel-format.ts";
import { withoutText } from "./png-text.ts";

/** What to make of a compressed picture, by which engine, and where; by default in new memory. */
export interface PictureDecodeOptions {
  readonly format: PixelFormat;
  readonly engine?: JpegEngineName | undefined;
  readonly allocate?: Allocate | undefined;
}

/**
 * Decompresses a picture to tight rows of the format; its real size must be the one that the metadata claims.
 * Rejects a picture of which data is missing or broken, even where libjpeg would fill the rest with grey: the next whole
 * picture is a moment away, and looks better. What libjpeg warns about without a loss does not matter.
 */
export async function decodePicture(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  { format, engine, allocate }: PictureDecodeOptions,
): Promise<Uint8Array> {
  const { codedWidth, codedHeight } = metadata;
  const { frame } = requireHeader(data, metadata);
  const rgbFormat = isYuvFormat(format) ? "RGB" : format;
  const target = { format: rgbFormat, allocate: format === rgbFormat ? allocate : undefined };
  const pixels = frame
    ? await decodeJpeg(data, metadata, target, { frame, engine })
    : await decodeOther(data, metadata, target);
  if (format === rgbFormat) return pixels;
  return convertPicture(pixels, { format: rgbFormat, codedWidth, codedHeight }, format, allocate);
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
