import { ImageCodecError } from "../checks/image-codec-error.ts";
import { requireHeader, undecodable } from "../formats/image-header.ts";
import type { Allocate } from "../memory/allocate.ts";
import type { JpegEngineName } from "../options/image-codec-options.ts";
import { convertImage } from "../pixels/convert-image.ts";
import type { EncodedImageMetadata } from "../sample/image-metadata.ts";
import { isYuvFormat, type PixelFormat } from "../sample/pixel-format.ts";
import { decodeJpeg } from "./decode-jpeg.ts";
import type { PixelTarget } from "./jpeg-engine.ts";
import { loadSharp } from "./optional-package.ts";
import { decodeWithSharp } from "./sharp-codec.ts";

/** What to make of a compressed picture, by which engine, and where; by default in new memory. */
export interface DecodeImageOptions {
  readonly format: PixelFormat;
  readonly engine?: JpegEngineName | undefined;
  readonly allocate?: Allocate | undefined;
}

/**
 * Decompresses a picture to tight rows of the format; its real size must be the one that the metadata claims.
 * Rejects a picture of which data is missing or broken, even where libjpeg would fill the rest with grey: the next whole
 * picture is a moment away, and looks better. What libjpeg warns about without a loss does not matter.
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

const signatureBytes = 8;
/** Of a chunk, beside its data: length, type and checksum. */
const chunkBytes = 12;

const compressedText = new Set([chunkType("zTXt"), chunkType("iTXt")]);

/**
 * The same PNG without compressed text, or the PNG itself where it has none.
 * Its decoder would decompress every piece of it, 8 MB at most but as many as there are, for nobody to read.
 */
export function withoutText(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let at = signatureBytes; at + chunkBytes <= png.byteLength; ) {
    const end = at + chunkBytes + view.getUint32(at);
    if (compressedText.has(view.getUint32(at + 4))) {
      kept.push(png.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, png.subarray(from)]);
}

function chunkType(name: string): number {
  return Buffer.from(name, "latin1").readUInt32BE();
}
