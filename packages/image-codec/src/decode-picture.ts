import type { Allocate } from "./allocate.ts";
import { convertPicture } from "./convert-picture.ts";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegEngineName } from "./image-codec-options.ts";
import type { EncodedImageMetadata } from "./image-metadata.ts";
import type { ImageEncoding } from "./image-sample.ts";
import { loadJpegEngine, type PixelTarget } from "./jpeg-engine.ts";
import { hasTooManyScans } from "./jpeg-scans.ts";
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
 * Of a picture that was cut, or whose data is broken so that its decoder notices, nothing is shown: it rejects, even
 * where libjpeg would have filled the rest with grey. The next whole picture is a moment away, and looks better.
 */
export async function decodePicture(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  { format, engine, allocate }: PictureDecodeOptions,
): Promise<Uint8Array> {
  const { encoding, codedWidth, codedHeight } = metadata;
  const { components } = requireHeader(data, metadata);
  const rgbFormat = isYuvFormat(format) ? "RGB" : format;
  const target = { format: rgbFormat, allocate: format === rgbFormat ? allocate : undefined };
  const decode = encoding === "jpeg" ? decodeJpeg : decodeOther;
  const pixels = await decode(data, metadata, target, { components, engine });
  if (format === rgbFormat) return pixels;
  return convertPicture(pixels, { format: rgbFormat, codedWidth, codedHeight }, format, allocate);
}

interface JpegTraits {
  readonly components?: number | undefined;
  readonly engine?: JpegEngineName | undefined;
}

async function decodeJpeg(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  target: PixelTarget,
  { components, engine: name }: JpegTraits,
): Promise<Uint8Array> {
  if (hasTooManyScans(data)) throw undecodable("jpeg");
  // libjpeg-turbo has no way from the colours of print to RGB.
  const engine = await loadJpegEngine(components === 4 ? "sharp" : name);
  return engine.decode(data, metadata, target).catch(rethrow("jpeg"));
}

async function decodeOther(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  target: PixelTarget,
): Promise<Uint8Array> {
  const { encoding } = metadata;
  const sharp = await loadSharp();
  const needed = encoding === "png" ? withoutText(data) : data;
  return decodeWithSharp(sharp, needed, metadata, target).catch(rethrow(encoding));
}

function rethrow(encoding: ImageEncoding): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof ImageCodecError) throw cause;
    throw undecodable(encoding, { cause });
  };
}
