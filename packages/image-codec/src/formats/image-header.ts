import { ImageCodecError } from "../checks/image-codec-error.ts";
import { isArithmetic, type JpegFrame, readJpegFrame } from "../jpeg/jpeg-frame.ts";
import type { EncodedImageMetadata } from "../sample/image-metadata.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";

/** No zlib stream holds more bytes than this for each of its own: https://zlib.net/zlib_tech.html */
export const deflateRatio = 1032;

/** What a compressed picture says of itself before its pixels. */
export interface ImageHeader {
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
export function requireHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader {
  const header = agreeingHeader(data, metadata);
  if (!header) throw undecodable(metadata.encoding);
  return header;
}

/**
 * The same for a picture that is only passed on. A header that cannot be read may be one that decoders are more
 * lenient with; then there is none.
 */
export function agreeingHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader | undefined {
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

const readers: Readonly<Record<ImageEncoding, (data: Uint8Array) => ImageHeader | undefined>> = {
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

/** The bytes that a picture of each encoding starts with; `undefined` stands for any byte. */
const signatures: Readonly<Record<ImageEncoding, readonly (number | undefined)[]>> = {
  jpeg: [0xff, 0xd8],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  webp: [0x52, 0x49, 0x46, 0x46, ...Array(4).fill(undefined), 0x57, 0x45, 0x42, 0x50],
};

/** Whether the data starts the way every picture of this encoding does. */
function hasSignature(data: Uint8Array, encoding: ImageEncoding): boolean {
  return signatures[encoding].every((byte, index) => byte === undefined || byte === data[index]);
}

/** What a PNG says of itself before its pixels. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
}

/** Samples of a pixel, by the colour type; 3 is an index into a palette. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Reads the image header (PNG specification, 11.2.1), or gives `undefined` where it does not follow the signature. */
export function readPngHeader(data: Uint8Array): PngHeader | undefined {
  if (data.byteLength < 33) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const channelCount = channels[view.getUint8(25)];
  // 13 bytes of "IHDR".
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452 || !channelCount) return undefined;
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitsPerPixel: view.getUint8(24) * channelCount,
  };
}

/** Reads the size of a WebP from its first chunk (RFC 9649, 2.5 to 2.7), or gives `undefined` where that holds none. */
export function readWebpHeader(
  data: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const type = String.fromCharCode(...data.subarray(12, 16));
  if (data.byteLength < (type === "VP8L" ? 25 : 30)) return undefined;
  switch (type) {
    case "VP8 ":
      if (view.getUint16(23) !== 0x9d01 || view.getUint8(25) !== 0x2a) return undefined;
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      if (view.getUint8(20) !== 0x2f) return undefined;
      const sides = view.getUint32(21, true);
      return { width: (sides & 0x3fff) + 1, height: ((sides >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      // Three bytes each.
      return { width: (view.getUint32(23, true) >>> 8) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
    default:
      return undefined;
  }
}
