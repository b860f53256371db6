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
import { type PixelGeometry, planesOf } from "../sample/planes.ts";

const compress = promisify(deflate);
const decompress = promisify(inflate);

/** No region takes more memory than this, however well it was compressed; JPEG and PNG have the same limit. */
const maxBytes = 2 ** 30;

const maxChunkSize = 2 ** 20;

/** Codes the pixels of a region, given as a picture of its own. */
export async function encodeRegion(
  data: Uint8Array,
  geometry: PixelGeometry,
  options: JpegOptions & { readonly engine?: JpegEngineName | undefined; readonly regions: DeltaRegions },
): Promise<Uint8Array> {
  if (options.regions === "jpeg") return encodeJpeg(data, geometry, options);
  const pixels = convertImage(data, geometry, geometry.format);
  // Higher levels take several times as long for a little less.
  return exactBytes(
    await compress(pixels, {
      level: 1,
      chunkSize: Math.min(Math.max(1024, pixels.byteLength >>> 2), maxChunkSize),
    }),
  );
}

/**
 * The pixels of a region in the format, tightly packed in memory of their own; JPEG in what `allocate` gives.
 * What is allocated for them is bounded by what was sent, whatever size is claimed.
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
  const length = Math.max(
    ...planesOf({ format: options.format, codedWidth, codedHeight }).map(({ end }) => end),
  );
  if (length > Math.min(maxBytes, bytes.byteLength * deflateRatio)) throw wrongLength(length);
  const pixels = await inflateTo(bytes, length);
  if (pixels.byteLength !== length) throw wrongLength(length);
  return pixels;
}

async function inflateTo(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  try {
    // A small chunk that is filled is handed out as it is; many small ones would have to be put together.
    const chunkSize = Math.min(Math.max(64, length), maxChunkSize);
    return exactBytes(await decompress(bytes, { maxOutputLength: length, chunkSize }));
  } catch (cause) {
    throw new ImageCodecError("ERR_IMAGE_UNDECODABLE", "The data is not whole deflated regions", { cause });
  }
}

function wrongLength(length: number): ImageCodecError {
  return new ImageCodecError(
    "ERR_IMAGE_SIZE_MISMATCH",
    `The data of a region is not, or cannot be, ${length} bytes of pixels`,
  );
}

/**
 * Like `Promise.all`, but rejects only when nothing is at work any more: native code may still be reading memory that
 * its owner takes back as soon as it hears of a failure.
 */
export async function settleAll<const T extends readonly Promise<unknown>[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
