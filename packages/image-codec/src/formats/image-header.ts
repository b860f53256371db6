import { ImageCodecError } from "../checks/image-codec-error.ts";
import type { EncodedImageMetadata } from "../sample/image-metadata.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import { isArithmetic, type JpegFrame, readJpegFrame } from "./jpeg-frame.ts";

/** Maximum compression ratio of zlib: https://zlib.net/zlib_tech.html */
export const deflateRatio = 1032;

/** Fields from the header of a compressed image. */
interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** Minimum number of bytes that an image of this size needs. */
  readonly leastBytes: number;
  /** The frame header of a JPEG. */
  readonly frame?: JpegFrame;
}

/** Maximum number of pixels (1 GiB as RGBA), the same as sharp's default limit. */
const maxPixels = 0x3fff ** 2;

/**
 * Maximum number of pixels per byte of a Huffman-coded JPEG. A block of 8 × 8 pixels has at least one code of at least
 * one bit (ITU-T T.81, F.1.2).
 */
const pixelsPerJpegByte = 8 * 8 * 8;

/**
 * Maximum number of pixels (about an 8K image) of a WebP or arithmetic-coded JPEG whose data length is not checked.
 * About 40 bytes can encode an image of any size in one colour. A WebP with more pixels needs at least as many bytes as
 * a black and white PNG. An arithmetic-coded JPEG with more pixels needs at least as many as a Huffman-coded JPEG.
 */
const freePixels = 2 ** 25;
const pixelsPerWebpByte = 8 * deflateRatio;

/** The first bytes of each encoding. `undefined` stands for any byte. */
const signatures: Readonly<Record<ImageEncoding, readonly (number | undefined)[]>> = {
  jpeg: [0xff, 0xd8],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  webp: [0x52, 0x49, 0x46, 0x46, ...Array(4).fill(undefined), 0x57, 0x45, 0x42, 0x50],
};

/**
 * Reads the header of an image before memory is allocated for its pixels.
 * Throws the errors of {@link checkHeader}, and `ERR_IMAGE_UNDECODABLE` if the header cannot be read.
 */
export function requireHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader {
  const header = checkHeader(data, metadata);
  if (!header) throw undecodable(metadata.encoding);
  return header;
}

/**
 * Checks the header of an image that is passed through. Returns `undefined` if the header cannot be read, because a
 * decoder may be more lenient.
 * Throws `ERR_IMAGE_UNDECODABLE` if the data does not start with the signature of its encoding, or if the header claims
 * more pixels than the data can hold. Throws `ERR_IMAGE_SIZE_MISMATCH` if the header has another size than the
 * metadata.
 */
export function checkHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader | undefined {
  const { encoding, codedWidth, codedHeight } = metadata;
  // Without this check, libvips would try every format that it supports, including SVG and TIFF.
  if (!hasSignature(data, encoding)) throw undecodable(encoding);
  const header = readers[encoding](data);
  if (!header) return undefined;
  const { width, height, leastBytes } = header;
  if (width !== codedWidth || height !== codedHeight) {
    throw new ImageCodecError(
      "ERR_IMAGE_SIZE_MISMATCH",
      `The ${encoding} header must have the size in the metadata, ${codedWidth}x${codedHeight}, got ${width}x${height}`,
    );
  }
  if (width * height > maxPixels || leastBytes > data.byteLength) {
    throw new ImageCodecError(
      "ERR_IMAGE_UNDECODABLE",
      `A ${encoding} image of ${data.byteLength} bytes must not claim ${width}x${height} pixels`,
    );
  }
  return header;
}

/** Makes the error for data that is not a complete image of its encoding. */
export function undecodable(encoding: ImageEncoding, options?: ErrorOptions): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_UNDECODABLE",
    `The data is not a complete ${encoding} image`,
    options,
  );
}

function hasSignature(data: Uint8Array, encoding: ImageEncoding): boolean {
  return signatures[encoding].every((byte, index) => byte === undefined || byte === data[index]);
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

/** Size and depth from the header of a PNG. */
interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
}

/** Channels per pixel of each PNG colour type. Type 3 is an index into a palette. */
const pngChannels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Reads the image header (PNG specification, 11.2.1). Returns `undefined` if the header does not follow the signature. */
export function readPngHeader(data: Uint8Array): PngHeader | undefined {
  if (data.byteLength < 33) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const channels = pngChannels[view.getUint8(25)];
  const isHeader = view.getUint32(8) === 13 && view.getUint32(12) === 0x49484452; // "IHDR"
  if (!isHeader || !channels) return undefined;
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitsPerPixel: view.getUint8(24) * channels,
  };
}

/** Reads the size of a WebP from its first chunk (RFC 9649, 2.5 to 2.7). Returns `undefined` if the chunk has no size. */
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
      // Width and height have three bytes each. The shift removes the byte before them.
      return { width: (view.getUint32(23, true) >>> 8) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
    default:
      return undefined;
  }
}
