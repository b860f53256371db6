import { isUint8Array } from "node:util/types";
import { DeltaDecoder } from "./delta/delta-decoder.ts";
import { DeltaEncoder } from "./delta/delta-encoder.ts";
import { type DecodeImageOptions, decodeImage } from "./engines/decode-image.ts";
import { encodeImage } from "./engines/encode-image.ts";
import { scaleImage } from "./engines/scale-image.ts";
import { checkHeader } from "./formats/image-header.ts";
import { checkedAllocate } from "./memory/allocate.ts";
import { accepts, type ChosenEncoding, chooseEncoding, fitSize } from "./options/choose-encoding.ts";
import {
  type ImageCodecOptions,
  type ImageDecodeOptions,
  type ImageEncodeOptions,
  type ResolvedImageCodecOptions,
  resolveImageCodecOptions,
  resolveImageDecodeOptions,
  resolveImageEncodeOptions,
} from "./options/image-codec-options.ts";
import { convertedMetadata, convertImage } from "./pixels/convert-image.ts";
import { checkedParts } from "./sample/checked-image-sample.ts";
import {
  type EncodedImageMetadata,
  type ImageMetadata,
  parseImageMetadata,
  type RawImage,
  requireBytes,
} from "./sample/image-metadata.ts";
import type { EncodedImageSample, ImageSample } from "./sample/image-sample.ts";

/** An encoded image, ready to be sent to another process. */
export interface EncodedImage {
  /** The fields to send beside `data`. */
  readonly metadata: ImageMetadata;
  /** The sample's own `data` if the codec neither scaled nor compressed it, otherwise memory that the caller owns. */
  readonly data: Uint8Array;
}

/**
 * Encodes images to metadata and bytes, and decodes them.
 * Calls may overlap. Any codec can decode an image that another codec encoded, unless the encoding is `"delta"`. A
 * stream of deltas needs one codec at each end, and the decoding codec must receive every delta in order.
 *
 * @example
 * ```js
 * const codec = new BroadcastImageCodec({ encoding: "jpeg", quality: 80 });
 * const { metadata, data } = await codec.encode(sample);
 * // Send both. In the other process:
 * const image = await codec.decode(data, metadata, { format: "BGRA" });
 * ```
 */
export class BroadcastImageCodec {
  readonly #options: ResolvedImageCodecOptions;
  readonly #deltaDecoder: DeltaDecoder;
  #deltaEncoder: DeltaEncoder | undefined;

  /** Throws `ERR_IMAGE_INVALID_OPTIONS`. */
  constructor(options: ImageCodecOptions = {}) {
    this.#options = resolveImageCodecOptions(options);
    this.#deltaDecoder = new DeltaDecoder(this.#options.engine);
  }

  /**
   * Encodes an image in an encoding that the consumer accepts. `metadata.encoding` names the encoding; raw metadata has
   * no `encoding`.
   *
   * An image within `maxWidth` and `maxHeight` is passed through if it is compressed in an encoding that the consumer
   * accepts, or if it is raw and encoded as raw. The result then holds `sample.data` itself. Of a compressed image that
   * is passed through, only the header is checked: the encoding and the size must match those of the sample. A larger
   * compressed image is decompressed, scaled and compressed again.
   *
   * `sample.data` must not change until the promise settles. The codec never disposes the sample. Rejects with
   * `ImageCodecError`, also for an invalid sample; never throws.
   *
   * @example
   * ```js
   * const { metadata, data } = await codec.encode(sample, { encodings: ["jpeg"], maxWidth: 1280 });
   * ```
   */
  async encode(
    sample: ImageSample | EncodedImageSample,
    options: ImageEncodeOptions = {},
  ): Promise<EncodedImage> {
    const wanted = resolveImageEncodeOptions(options);
    const { metadata, data } = checkedParts(sample);
    const own = this.#options.encoding;
    const { encodings, maxWidth, maxHeight } = wanted;
    const hasLimits = encodings !== undefined || maxWidth !== undefined || maxHeight !== undefined;
    // The usual case: the consumer accepts any image, and the codec encodes a raw image as raw.
    if (!hasLimits && (own === "raw" || own === "auto") && !("encoding" in metadata)) {
      this.#deltaEncoder = undefined;
      return { metadata, data };
    }
    const size = fitSize(metadata, wanted);
    const fits = size.codedWidth === metadata.codedWidth && size.codedHeight === metadata.codedHeight;

    const source = "encoding" in metadata ? metadata.encoding : "raw";
    const encoding = source !== "raw" && accepts(encodings, source) ? source : chooseEncoding(own, encodings);
    if (fits && encoding === source) {
      if ("encoding" in metadata) checkHeader(data, metadata);
      this.#deltaEncoder = undefined;
      return { metadata, data };
    }
    const image =
      "encoding" in metadata
        ? await this.#decompress(data, metadata, { format: source === "jpeg" ? "RGB" : "RGBA" })
        : { metadata, data };
    return this.#compress(fits ? image : scaleImage(image, size), encoding, wanted);
  }

  /**
   * Checks metadata and bytes that a peer sent, and decodes the image.
   *
   * A decoded raw image holds `data` itself unless another format is requested. Any other result is tightly packed at
   * offset 0 of its own ArrayBuffer, or in the memory that `allocate` returns. `data` must not change until the
   * promise settles.
   *
   * A `"delta"` decodes to the complete image with its `damage`. Deltas must be passed in the order of arrival. If the
   * base of a delta is missing, `decode()` rejects with `ERR_IMAGE_MISSING_BASE` until it receives a key frame. The
   * option `keyFrame` of `encode()` makes a key frame.
   *
   * An image with missing or broken data is rejected as a whole. A JPEG with faults that affect no pixel is decoded. A
   * JPEG that the chosen engine cannot read is decoded by the other engine if that engine is installed. EXIF
   * orientation is ignored, and alpha is never blended. Rejects with `ImageCodecError`; never throws.
   *
   * @example
   * ```js
   * const image = await codec.decode(data, metadata, { format: "RGBA" });
   * console.log(`${image.codedWidth}x${image.codedHeight}`);
   * ```
   */
  async decode(
    data: Uint8Array | undefined,
    metadata: ImageMetadata,
    options: ImageDecodeOptions = {},
  ): Promise<ImageSample> {
    const { format, allocate } = resolveImageDecodeOptions(options);
    const parsed = parseImageMetadata(metadata);
    const bytes = isUint8Array(data) ? data : new Uint8Array();
    if ("delta" in parsed) {
      return this.#deltaDecoder.decode(bytes, parsed, { format, allocate: checkedAllocate(allocate) });
    }
    requireBytes(bytes, parsed);

    if ("encoding" in parsed) {
      const target = { format: format ?? "RGBA", allocate: checkedAllocate(allocate) } as const;
      return sampleOf(await this.#decompress(bytes, parsed, target));
    }
    if (format === undefined || format === parsed.format) return { type: "image", ...parsed, data: bytes };
    const pixels = convertImage(bytes, parsed, format, checkedAllocate(allocate));
    return sampleOf({ metadata: convertedMetadata(parsed, format), data: pixels });
  }

  async #compress(
    image: RawImage | Promise<RawImage>,
    encoding: ChosenEncoding,
    { quality = this.#options.quality, keyFrame = false }: ImageEncodeOptions,
  ): Promise<EncodedImage> {
    if (encoding === "delta") {
      this.#deltaEncoder ??= new DeltaEncoder();
      return this.#deltaEncoder.encode(image, { ...this.#options, quality, keyFrame });
    }
    // The consumer's last image will not be a delta, so the next delta has no base and must be a key frame.
    this.#deltaEncoder = undefined;
    const raw = await image;
    if (encoding === "raw") return raw;
    const data = await encodeImage(raw, encoding, { ...this.#options, quality });
    const { format, layout, colorSpace, ...rest } = raw.metadata;
    return { metadata: { encoding, ...rest }, data };
  }

  async #decompress(
    data: Uint8Array,
    metadata: EncodedImageMetadata,
    options: Omit<DecodeImageOptions, "engine">,
  ): Promise<RawImage> {
    const { encoding, ...rest } = metadata;
    const pixels = await decodeImage(data, metadata, { ...options, engine: this.#options.engine });
    return { metadata: { format: options.format, ...rest }, data: pixels };
  }
}

function sampleOf({ metadata, data }: RawImage): ImageSample {
  return { type: "image", ...metadata, data };
}
