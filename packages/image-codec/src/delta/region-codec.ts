import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { ImageCodecError } from "../checks/image-codec-error.ts";
import { type DecodeImageOptions, decodeImage } from "../engines/decode-image.ts";
import { encodeJpeg } from "../engines/encode-image.ts";
import { deflateRatio } from "../formats/image-header.ts";
import { exactBytes } from "../memory/allocate.ts";
import type { DeltaRegions, JpegEngineName, JpegOptions } from "../options/image-codec-options.ts";
import { convertImage } from "../pixels/convert-image.ts";
import type { DeltaCoding } from "../sample/delta-metadata.ts";
import { endOfPlanes, type PixelGeometry, planesOf } from "../sample/planes.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

/** Maximum size of the decompressed pixels of a region, in bytes. JPEG and PNG images have about the same limit. */
const maxBytes = 2 ** 30;

const maxChunkSize = 2 ** 20;

/** Compresses the pixels of a region. `geometry` describes the region as a separate image. */
export async function encodeRegion(
  data: Uint8Array,
  geometry: PixelGeometry,
  options: JpegOptions & { readonly engine?: JpegEngineName | undefined; readonly regions: DeltaRegions },
): Promise<Uint8Array> {
  if (options.regions === "jpeg") return encodeJpeg(data, geometry, options);
  const pixels = convertImage(data, geometry, geometry.format);
  // Higher levels take several times as long and save little.
  return exactBytes(
    await compress(pixels, {
      level: 1,
      chunkSize: Math.min(Math.max(1024, pixels.byteLength >>> 2), maxChunkSize),
    }),
  );
}

/**
 * Decompresses the pixels of a region to tightly packed rows that fill their ArrayBuffer. A JPEG is decoded into the
 * memory that `allocate` returns. A region that claims more pixels than its data can hold is rejected before memory is
 * allocated.
 */
export async function decodeRegion(
  bytes: Uint8Array,
  size: { readonly width: number; readonly height: number },
  coding: DeltaCoding,
  options: DecodeImageOptions,
): Promise<Uint8Array> {
  const { width: codedWidth, height: codedHeight } = size;
  if (coding === "jpeg") {
    return decodeImage(bytes, { encoding: "jpeg", codedWidth, codedHeight, timestamp: 0 }, options);
  }
  const length = endOfPlanes(planesOf({ format: options.format, codedWidth, codedHeight }));
  if (length > Math.min(maxBytes, bytes.byteLength * deflateRatio)) throw wrongLength(length);
  const pixels = await inflateTo(bytes, length);
  if (pixels.byteLength !== length) throw wrongLength(length);
  return pixels;
}

async function inflateTo(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    // If one chunk holds all pixels, zlib returns it without a copy.
    const chunkSize = Math.min(Math.max(64, length), maxChunkSize);
    return exactBytes(await decompress(bytes, { maxOutputLength: length, chunkSize }));
  } catch (cause) {
    throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", "The data of a region is not a complete zlib stream", {
      cause,
    });
  }
}

function wrongLength(length: number): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_SIZE_MISMATCH",
    `The data of a region must inflate to exactly ${length} bytes of pixels`,
  );
}

/**
 * Like `Promise.all`, but rejects only after all promises have settled. A caller may reuse its memory after a
 * rejection, so native code must not read that memory any more.
 */
export async function settleAll<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
