import { isUint8Array } from "node:util/types";
import { convertedMetadata, convertPicture } from "./convert-picture.ts";
import { decodePicture } from "./decode-picture.ts";
import { encodeJpeg } from "./encode-jpeg.ts";
import { ImageCodecError } from "./image-codec-error.ts";
import {
  type ImageCodecOptions,
  type ResolvedImageCodecOptions,
  resolveImageCodecOptions,
} from "./image-codec-options.ts";
import { type ImageDecodeOptions, resolveImageDecodeOptions } from "./image-decode-options.ts";
import { type ImageEncodeOptions, resolveImageEncodeOptions } from "./image-encode-options.ts";
import { type ImageMetadata, imageMetadataSchema, parseImageMetadata } from "./image-metadata.ts";
import type { EncodedImageSample, ImageSample } from "./image-sample.ts";
import { requireEveryRow } from "./picture-planes.ts";
import { validate } from "./validate.ts";

/** A picture on its way to another process. */
export interface EncodedImage {
  readonly metadata: ImageMetadata;
  /** The sample's own `data` unless the codec compressed it; then memory that belongs to the caller. */
  readonly data: Uint8Array;
}

/**
 * Turns pictures into metadata and bytes that can be sent, and back.
 * It holds no state between calls: calls may overlap, and any codec decodes what any other one encoded.
 */
export class BroadcastImageCodec {
  readonly #options: ResolvedImageCodecOptions;

  /** Throws `ERR_IMAGE_INVALID_OPTIONS`. */
  constructor(options: ImageCodecOptions = {}) {
    this.#options = resolveImageCodecOptions(options);
  }

  /**
   * Raw and already compressed pictures pass through: the result holds `sample.data` itself.
   * The caller leaves `sample.data` unchanged until the promise settles; the codec never disposes the sample.
   * Rejects with `ImageCodecError`, also for a bad sample; never throws.
   */
  async encode(
    sample: ImageSample | EncodedImageSample,
    options: ImageEncodeOptions = {},
  ): Promise<EncodedImage> {
    const { quality = this.#options.quality } = resolveImageEncodeOptions(options);
    const metadata = validate(imageMetadataSchema, sample, "ERR_IMAGE_INVALID_SAMPLE");
    const { data } = sample;
    if (!isUint8Array(data)) {
      throw new ImageCodecError("ERR_IMAGE_INVALID_SAMPLE", "data: Invalid type: Expected Uint8Array");
    }
    if ("encoding" in metadata) {
      requireSome(data);
      return { metadata, data };
    }
    requireEveryRow(data, metadata);
    if (this.#options.encoding !== "jpeg") return { metadata, data };

    const jpeg = await encodeJpeg(data, metadata, { ...this.#options, quality });
    const { format, layout, colorSpace, ...rest } = metadata;
    return { metadata: { encoding: "jpeg", ...rest }, data: jpeg };
  }

  /**
   * Checks what a peer sent, metadata and bytes, and gives the picture in it.
   * A raw picture keeps `data` itself unless another format is asked for; any other result is tight rows at
   * offset 0 of an ArrayBuffer of their own. `data` must stay unchanged until the promise settles.
   * Compressed pictures are neither turned by their EXIF orientation nor blended with a background.
   * Rejects with `ImageCodecError`; never throws.
   */
  async decode(
    data: Uint8Array | undefined,
    metadata: ImageMetadata,
    options: ImageDecodeOptions = {},
  ): Promise<ImageSample> {
    const { format } = resolveImageDecodeOptions(options);
    const parsed = parseImageMetadata(metadata);
    const bytes = isUint8Array(data) ? data : new Uint8Array();

    if ("encoding" in parsed) {
      requireSome(bytes);
      const { encoding, ...rest } = parsed;
      const pixels = await decodePicture(bytes, parsed, format ?? "RGBA");
      return { type: "image", format: format ?? "RGBA", ...rest, data: pixels };
    }
    requireEveryRow(bytes, parsed);
    if (format === undefined || format === parsed.format) return { type: "image", ...parsed, data: bytes };
    const pixels = convertPicture(bytes, parsed, format);
    return { type: "image", ...convertedMetadata(parsed, format), data: pixels };
  }
}

function requireSome(data: Uint8Array): void {
  if (data.byteLength > 0) return;
  throw new ImageCodecError("ERR_IMAGE_DATA_TOO_SHORT", "A compressed picture needs data, got 0 bytes");
}
