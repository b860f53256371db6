import { promisify } from "node:util";
import { deflate, inflate } from "node:zlib";
import { convertPicture } from "./convert-picture.ts";
import { decodePicture, type PictureDecodeOptions } from "./decode-picture.ts";
import { deflateRatio } from "./deflate-ratio.ts";
import type { DeltaCoding } from "./delta-description.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { exactBytes } from "./exact-bytes.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import type { DeltaRegions, JpegEngineName, JpegOptions } from "./image-codec-options.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";

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
  const pixels = convertPicture(data, geometry, geometry.format);
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
  options: PictureDecodeOptions,
): Promise<Uint8Array> {
  const { width: codedWidth, height: codedHeight } = size;
  if (coding === "jpeg") {
    return decodePicture(bytes, { encoding: "jpeg", codedWidth, codedHeight, timestamp: 0 }, options);
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
