import { deflateRatio } from "./deflate-ratio.ts";
import { hasSignature } from "./encoding-signature.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { EncodedImageMetadata } from "./image-metadata.ts";
import type { ImageEncoding } from "./image-sample.ts";
import { isArithmetic, type JpegFrame, readJpegFrame } from "./jpeg-frame.ts";
import { readPngHeader } from "./png-header.ts";
import { readWebpHeader } from "./webp-header.ts";

/** What a compressed picture says of itself before its pixels. */
export interface PictureHeader {
  readonly width: number;
  readonly height: number;
  /** No fewer bytes than this hold so many pixels. */
  readonly leastBytes: number;
  /** Of a JPEG: how it is coded. */
  readonly frame?: JpegFrame;
}

/** sharp's own default: the pixels of a picture take no more than 1 GiB, however well they were compressed. */
const maxPixels = 0x3fff ** 2;

/** A block of 8 × 8 pixels has a Huffman code at least, which is a bit (ITU-T T.81, F.1.2). */
const pixelsPerJpegByte = 8 * 8 * 8;

/**
 * A lossless WebP and an arithmetic JPEG have no such bound: one colour takes some 40 bytes at any size. Up to 8K all of
 * them are decoded. Larger WebPs need as many bytes as a PNG of black and white does, larger JPEGs as many as others.
 */
const freePixels = 2 ** 25;
const pixelsPerWebpByte = 8 * deflateRatio;

/**
 * The header of a picture that has to be decoded; it is of the size that the metadata claims, and so small that the
 * data can hold it. What is not, is rejected here, before anything is allocated for the pixels.
 */
export function requireHeader(data: Uint8Array, metadata: EncodedImageMetadata): PictureHeader {
  const header = agreeingHeader(data, metadata);
  if (!header) throw undecodable(metadata.encoding);
  return header;
}

/**
 * The same for a picture that is only passed on. A header that cannot be read may be one that decoders are more
 * lenient with; then there is none.
 */
export function agreeingHeader(data: Uint8Array, metadata: EncodedImageMetadata): PictureHeader | undefined {
  const { encoding, codedWidth, codedHeight } = metadata;
  // libvips would try every format it knows, SVG and TIFF too, on bytes that a stranger may have chosen.
  if (!hasSignature(data, encoding)) throw undecodable(encoding);
  const header = readers[encoding](data);
  if (!header) return undefined;
  const { width, height, leastBytes } = header;
  if (width !== codedWidth || height !== codedHeight) {
    throw new ImageCodecError(
      "ERR_IMAGE_SIZE_MISMATCH",
      `The metadata says ${codedWidth}x${codedHeight}, the ${encoding} picture ${width}x${height}`,
    );
  }
  if (width * height > maxPixels || leastBytes > data.byteLength) {
    throw new ImageCodecError(
      "ERR_IMAGE_UNDECODABLE",
      `${data.byteLength} bytes of ${encoding} claim ${width}x${height} pixels, which is more than they may or can`,
    );
  }
  return header;
}

/** The error for data that is no picture of its encoding, or not all of one. */
export function undecodable(encoding: ImageEncoding, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError("ERR_IMAGE_UNDECODABLE", `The data is not a whole ${encoding} picture`, options);
}

const readers: Readonly<Record<ImageEncoding, (data: Uint8Array) => PictureHeader | undefined>> = {
  jpeg(data) {
    const frame = readJpegFrame(data);
    if (!frame) return undefined;
    const { width, height } = frame;
    const isFree = isArithmetic(frame) && width * height <= freePixels;
    return { width, height, leastBytes: isFree ? 0 : (width * height) / pixelsPerJpegByte, frame };
  },
  png(data) {
    const header = readPngHeader(data);
    if (!header) return undefined;
    const { width, height, bitsPerPixel } = header;
    return { width, height, leastBytes: (width * height * bitsPerPixel) / 8 / deflateRatio };
  },
  webp(data) {
    const size = readWebpHeader(data);
    if (!size) return undefined;
    const pixels = size.width * size.height;
    return { ...size, leastBytes: pixels > freePixels ? pixels / pixelsPerWebpByte : 0 };
  },
};
