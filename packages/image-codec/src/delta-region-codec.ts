import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { convertPicture } from "./convert-picture.ts";
import { decodePicture } from "./decode-picture.ts";
import type { DeltaCoding } from "./delta-description.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { exactBytes } from "./exact-bytes.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { JpegOptions } from "./image-codec-options.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import type { PixelFormat } from "./pixel-format.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

/** No zlib stream holds more bytes than this for each of its own: https://zlib.net/zlib_tech.html */
const largestRatio = 1032;

/** Codes the pixels of a region, given as a picture of its own. */
export async function encodeRegion(
  data: Uint8Array,
  geometry: PixelGeometry,
  coding: DeltaCoding,
  options: JpegOptions,
): Promise<Uint8Array> {
  if (coding === "jpeg") return encodeJpeg(data, geometry, options);
  const pixels = convertPicture(data, geometry, geometry.format);
  // Higher levels take several times as long for a little less.
  return exactBytes(await compress(pixels, { level: 1, chunkSize: Math.max(1024, pixels.byteLength >>> 3) }));
}

/**
 * The pixels of a region in the format, tightly packed in memory of their own.
 * What is allocated for them is bounded by what was sent, whatever size is claimed.
 */
export async function decodeRegion(
  bytes: Uint8Array,
  size: { readonly width: number; readonly height: number },
  coding: DeltaCoding,
  format: PixelFormat,
): Promise<Uint8Array> {
  const { width: codedWidth, height: codedHeight } = size;
  if (coding === "jpeg") {
    return decodePicture(bytes, { encoding: "jpeg", codedWidth, codedHeight, timestamp: 0 }, format);
  }
  const length = Math.max(...planesOf({ format, codedWidth, codedHeight }).map(({ end }) => end));
  if (length > bytes.byteLength * largestRatio) throw wrongLength(length);
  const pixels = await inflateTo(bytes, length);
  if (pixels.byteLength !== length) throw wrongLength(length);
  return pixels;
}

async function inflateTo(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    // One chunk of the right size is handed out as it is, without being copied.
    return exactBytes(await decompress(bytes, { maxOutputLength: length, chunkSize: Math.max(64, length) }));
  } catch (cause) {
    throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", "The data is not whole deflated regions", { cause });
  }
}

function wrongLength(length: number): ImageCodecError {
  return new ImageCodecError("ERR_IMAGE_SIZE_MISMATCH", `The region should have ${length} bytes of pixels`);
}
