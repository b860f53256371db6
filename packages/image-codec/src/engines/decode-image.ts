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

/** The format of the decoded pixels, the JPEG engine, and the memory for the pixels. Default: new memory. */
export interface DecodeImageOptions {
  readonly format: PixelFormat;
  readonly engine?: JpegEngineName | undefined;
  readonly allocate?: Allocate | undefined;
}

/**
 * Decompresses an image to tightly packed rows. Its header must have the size that the metadata claims.
 * An image with missing or broken data is rejected, even where libjpeg would fill the rest with grey, because the next
 * image arrives soon and is complete. A JPEG with faults that lose no pixel is decoded.
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
/** Bytes of a PNG chunk beside its data: length, type and checksum. */
const pngChunkBytes = 12;

const compressedText = new Set(["zTXt", "iTXt"].map((type) => Buffer.from(type, "latin1").readUInt32BE()));

/**
 * Removes compressed text from a PNG; returns the same PNG if it has none.
 * libpng would decompress every text chunk, up to 8 MB each and any number of them, although nothing uses them.
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
