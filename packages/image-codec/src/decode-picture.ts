import type Sharp from "sharp";
import type { Allocate } from "./allocate.ts";
import { convertPicture } from "./convert-picture.ts";
import { decodeWithSharp } from "./decode-with-sharp.ts";
import { hasSignature } from "./encoding-signature.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegEngineName } from "./image-codec-options.ts";
import type { EncodedImageMetadata } from "./image-metadata.ts";
import { loadJpegEngine, type PixelTarget } from "./jpeg-engine.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import { loadSharp } from "./load-sharp.ts";
import { isYuvFormat, type PixelFormat } from "./pixel-format.ts";

/** What to make of a compressed picture, by which engine, and where; by default in new memory. */
export interface PictureDecodeOptions {
  readonly format: PixelFormat;
  readonly engine?: JpegEngineName | undefined;
  readonly allocate?: Allocate | undefined;
}

/** sharp's own default: no picture takes more than 1 GiB, however well it was compressed. */
const maxPixels = 0x3fff ** 2;

/** Decompresses a picture to tight rows of the format; its real size must be the one that the metadata claims. */
export async function decodePicture(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  { format, engine, allocate }: PictureDecodeOptions,
): Promise<Uint8Array> {
  const { encoding, codedWidth, codedHeight } = metadata;
  // libvips would try every format it knows, SVG and TIFF too, on bytes that a stranger may have chosen.
  if (!hasSignature(data, encoding)) throw undecodable(encoding);

  const rgbFormat = isYuvFormat(format) ? "RGB" : format;
  const target = { format: rgbFormat, allocate: format === rgbFormat ? allocate : undefined };
  const pixels =
    encoding === "jpeg"
      ? await decodeJpeg(data, metadata, target, engine)
      : await decodeOther(data, metadata, target);
  if (format === rgbFormat) return pixels;
  return convertPicture(pixels, { format: rgbFormat, codedWidth, codedHeight }, format, allocate);
}

async function decodeJpeg(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  target: PixelTarget,
  name: JpegEngineName | undefined,
): Promise<Uint8Array> {
  const header = readJpegHeader(data);
  if (!header) throw undecodable("jpeg");
  requireSize(metadata, header);
  // libjpeg-turbo has no way from the colours of print to RGB.
  const engine = await loadJpegEngine(header.components === 4 ? "sharp" : name);
  return engine.decode(data, metadata, target).catch(rethrow("jpeg"));
}

async function decodeOther(
  data: Uint8Array,
  metadata: EncodedImageMetadata,
  target: PixelTarget,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const failure = rethrow(metadata.encoding);
  requireSize(metadata, await sizeOf(sharp, data).catch(failure));
  return decodeWithSharp(sharp, data, metadata, target).catch(failure);
}

function sizeOf(sharp: typeof Sharp, data: Uint8Array): Promise<{ width: number; height: number }> {
  return sharp(data, { limitInputPixels: false }).metadata();
}

/** Before anything is allocated for the pixels. */
function requireSize(
  { encoding, codedWidth, codedHeight }: EncodedImageMetadata,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  if (width !== codedWidth || height !== codedHeight) {
    throw new ImageCodecError(
      "ERR_IMAGE_SIZE_MISMATCH",
      `The metadata says ${codedWidth}x${codedHeight}, the ${encoding} picture ${width}x${height}`,
    );
  }
  if (width * height > maxPixels) throw undecodable(encoding);
}

function rethrow(encoding: string): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof ImageCodecError) throw cause;
    throw undecodable(encoding, { cause });
  };
}

function undecodable(encoding: string, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError("ERR_IMAGE_UNDECODABLE", `The data is not a whole ${encoding} picture`, options);
}
