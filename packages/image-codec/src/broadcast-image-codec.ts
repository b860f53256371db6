import { isUint8Array } from "node:util/types";
import { DeltaDecoder } from "./delta/delta-decoder.ts";
import { DeltaEncoder } from "./delta/delta-encoder.ts";
import { type DecodeImageOptions, decodeImage } from "./engines/decode-image.ts";
import { encodeImage } from "./engines/encode-image.ts";
import { scaleImage } from "./engines/scale-image.ts";
import { agreeingHeader } from "./formats/image-header.ts";
import { type ChosenEncoding, chooseEncoding, fitSize, takes } from "./options/choose-encoding.ts";
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
import { checkImageSample, requireBytes } from "./sample/checked-image-sample.ts";
import {
  type EncodedImageMetadata,
  type ImageMetadata,
  parseImageMetadata,
  type RawImage,
} from "./sample/image-metadata.ts";
import type { EncodedImageSample, ImageSample } from "./sample/image-sample.ts";

/** A picture on its way to another process. */
export interface EncodedImage {
  readonly metadata: ImageMetadata;
  /** The sample's own `data` unless the codec scaled or compressed it; then memory that belongs to the caller. */
  readonly data: Uint8Array;
}

/**
 * Turns pictures into metadata and bytes that can be sent, and back.
 * Calls may overlap. Any codec decodes what any other one encoded, but for `"delta"`: there a codec remembers the last
 * picture, so that each stream needs a codec of its own at both ends, and all of its pictures in order.
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
   * Encodes a picture as this codec does, as far as the consumer takes that; the metadata says what became of it.
   * Raw pictures of a raw codec, and already compressed ones, pass through where they are within the limits and the
   * consumer takes them: the result holds `sample.data` itself. Larger compressed ones keep their encoding if they may.
   * Of a compressed picture no more than its header is read: it must be of the encoding and size that the sample says.
   * The caller leaves `sample.data` unchanged until the promise settles; the codec never disposes the sample.
   * Rejects with `ImageCodecError`, also for a bad sample; never throws.
   */
  async encode(
    sample: ImageSample | EncodedImageSample,
    options: ImageEncodeOptions = {},
  ): Promise<EncodedImage> {
    const wanted = resolveImageEncodeOptions(options);
    const { metadata, data } = checkImageSample(sample);
    const size = fitSize(metadata, wanted);
    const fits = size.codedWidth === metadata.codedWidth && size.codedHeight === metadata.codedHeight;

    let encoding = chooseEncoding(this.#options.encoding, wanted.encodings);
    let picture: RawImage;
    if ("encoding" in metadata) {
      const isTaken = takes(wanted.encodings, metadata.encoding);
      if (fits && isTaken) {
        agreeingHeader(data, metadata);
        this.#deltaEncoder = undefined;
        return { metadata, data };
      }
      if (isTaken) encoding = metadata.encoding;
      const format = metadata.encoding === "jpeg" ? "RGB" : "RGBA";
      picture = await this.#decompress(data, metadata, { format });
    } else {
      picture = { metadata, data };
    }
    return this.#compress(fits ? picture : scaleImage(picture, size), encoding, wanted);
  }

  /**
   * Checks what a peer sent, metadata and bytes, and gives the picture in it.
   * A raw picture keeps `data` itself unless another format is asked for; any other result is tightly packed at
   * offset 0 of an ArrayBuffer of its own, or of the one that `allocate` gives. `data` must stay unchanged until the promise settles.
   * Of a `"delta"` the result is the whole picture, with its `damage`; without the picture that it changes this rejects
   * with `ERR_IMAGE_MISSING_BASE`, until a whole one comes (`keyFrame` of the encoder). Call it in the order of arrival.
   * A picture of which data is missing or broken is rejected, never given in part; the next picture decodes. A JPEG with
   * faults that cost no pixel decodes, and one that the chosen engine cannot read goes to the other one if that is installed.
   * Compressed pictures are neither turned by their EXIF orientation nor blended with a background.
   * Rejects with `ImageCodecError`; never throws.
   */
  async decode(
    data: Uint8Array | undefined,
    metadata: ImageMetadata,
    options: ImageDecodeOptions = {},
  ): Promise<ImageSample> {
    const wanted = resolveImageDecodeOptions(options);
    const { format, allocate } = wanted;
    const parsed = parseImageMetadata(metadata);
    const bytes = isUint8Array(data) ? data : new Uint8Array();
    if ("delta" in parsed) return this.#deltaDecoder.decode(bytes, parsed, wanted);
    requireBytes(bytes, parsed);

    if ("encoding" in parsed) {
      return sampleOf(await this.#decompress(bytes, parsed, { format: format ?? "RGBA", allocate }));
    }
    if (format === undefined || format === parsed.format) return sampleOf({ metadata: parsed, data: bytes });
    const pixels = convertImage(bytes, parsed, format, allocate);
    return sampleOf({ metadata: convertedMetadata(parsed, format), data: pixels });
  }

  async #compress(
    picture: RawImage | Promise<RawImage>,
    encoding: ChosenEncoding,
    { quality = this.#options.quality, keyFrame = false }: ImageEncodeOptions,
  ): Promise<EncodedImage> {
    const options = { ...this.#options, quality };
    if (encoding === "delta") {
      this.#deltaEncoder ??= new DeltaEncoder();
      return this.#deltaEncoder.encode(picture, { ...options, keyFrame });
    }
    // What changes is told against the picture that the consumer saw last.
    this.#deltaEncoder = undefined;
    const raw = await picture;
    if (encoding === "raw") return raw;
    const data = await encodeImage(raw, encoding, options);
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
