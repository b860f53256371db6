import { ImageCodecError } from "../checks/image-codec-error.ts";
import type { EncodedImageMetadata } from "../sample/image-metadata.ts";
import type { ImageEncoding } from "../sample/image-sample.ts";
import { isArithmetic, type JpegFrame, readJpegFrame } from "./jpeg-frame.ts";

/** zlib compresses at most this many bytes to one: https://zlib.net/zlib_tech.html */
export const deflateRatio = 1032;

/** What the header of a compressed image says about its pixels. */
interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** The number of bytes that so many pixels take at least. */
  readonly leastBytes: number;
  /** How a JPEG is coded. */
  readonly frame?: JpegFrame;
}

/** sharp's own default: the pixels of an image take at most 1 GiB, however well they were compressed. */
const maxPixels = 0x3fff ** 2;

/** A block of 8 × 8 pixels has at least one Huffman code, which takes at least one bit (ITU-T T.81, F.1.2). */
const pixelsPerJpegByte = 8 * 8 * 8;

/**
 * A lossless WebP or an arithmetic JPEG of one colour takes about 40 bytes at any size, so its bytes do not bound its
 * pixels. Up to this size (8K) all of them are decoded. Larger WebPs must have as many bytes as a black and white PNG,
 * larger JPEGs as many as a Huffman-coded one.
 */
const freePixels = 2 ** 25;
const pixelsPerWebpByte = 8 * deflateRatio;

/** The bytes that an image of each encoding starts with; `undefined` stands for any byte. */
const signatures: Readonly<Record<ImageEncoding, readonly (number | undefined)[]>> = {
  jpeg: [0xff, 0xd8],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  webp: [0x52, 0x49, 0x46, 0x46, ...Array(4).fill(undefined), 0x57, 0x45, 0x42, 0x50],
};

/**
 * Reads the header of an image that is about to be decoded. Nothing has been allocated for its pixels yet.
 * Throws the errors of {@link checkHeader}, and `ERR_IMAGE_UNDECODABLE` if the header cannot be read.
 */
export function requireHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader {
  const header = checkHeader(data, metadata);
  if (!header) throw undecodable(metadata.encoding);
  return header;
}

/**
 * Checks the header of an image that is passed through; returns `undefined` if it cannot be read, because a decoder may be
 * more lenient. Throws `ERR_IMAGE_UNDECODABLE` if the data does not start as its encoding does, or claims more pixels than
 * it can hold, and `ERR_IMAGE_SIZE_MISMATCH` if the header has another size than the metadata.
 */
export function checkHeader(data: Uint8Array, metadata: EncodedImageMetadata): ImageHeader | undefined {
  const { encoding, codedWidth, codedHeight } = metadata;
  // Without this check, libvips would try every format that it knows, SVG and TIFF included.
  if (!hasSignature(data, encoding)) throw undecodable(encoding);
  const header = readers[encoding](data);
  if (!header) return undefined;
  const { width, height, leastBytes } = header;
  if (width !== codedWidth || height !== codedHeight) {
    throw new ImageCodecError(
      "ERR_IMAGE_SIZE_MISMATCH",
      `The metadata says ${codedWidth}x${codedHeight}, but the ${encoding} header says ${width}x${height}`,
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

/** The error for data that is not a complete image of its encoding. */
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

/** The fields of a PNG's header. */
interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
}

/** Samples of a pixel for each colour type of PNG; type 3 is an index into a palette. */
const pngChannels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Reads the image header (PNG specification, 11.2.1); returns `undefined` if it does not follow the signature. */
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

/** Reads the size of a WebP from its first chunk (RFC 9649, 2.5 to 2.7); returns `undefined` if the chunk has none. */
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
      // Width and height have three bytes each, preceded by a byte that is shifted out.
      return { width: (view.getUint32(23, true) >>> 8) + 1, height: (view.getUint32(26, true) >>> 8) + 1 };
    default:
      return undefined;
  }
}
