import { booleanOf, integerOf, invalidField, objectOf, oneOf } from "../checks/field-checks.ts";
import type { Allocate } from "../memory/allocate.ts";
import { type PixelFormat, pixelFormats } from "../sample/pixel-format.ts";

const encodings = ["raw", "jpeg", "png", "webp", "delta", "auto"] as const;
const engines = ["sharp", "jpeg-turbo"] as const;
const subsamplings = ["4:2:0", "4:4:4"] as const;
const deltaRegions = ["jpeg", "lossless"] as const;

/**
 * The encoding that a codec uses for uncompressed images. `"auto"` selects delta if the consumer lists it in
 * `encodings`, otherwise JPEG if listed, otherwise raw.
 */
export type CodecEncoding = (typeof encodings)[number];

/** A library that compresses and decompresses JPEG; `"jpeg-turbo"` is the package `@julusian/jpeg-turbo`. */
export type JpegEngineName = (typeof engines)[number];

/** How `"delta"` encodes changed regions. */
export type DeltaRegions = (typeof deltaRegions)[number];

/** Options of a `BroadcastImageCodec`. */
export interface ImageCodecOptions {
  /** The encoding of uncompressed images. Default: `"raw"`, which leaves them unchanged. */
  readonly encoding?: CodecEncoding | undefined;
  /** Quality of JPEG and WebP, an integer from 1 to 100. Default: 75. */
  readonly quality?: number | undefined;
  /** Colour resolution of JPEG. Default: `"4:2:0"`. `"4:4:4"` keeps coloured text sharp but makes files larger. */
  readonly chromaSubsampling?: "4:2:0" | "4:4:4" | undefined;
  /**
   * The JPEG engine. Default: jpeg-turbo if it is installed, otherwise sharp. A JPEG that this engine cannot read is
   * decoded by the other engine if that engine is installed.
   */
  readonly engine?: JpegEngineName | undefined;
  /** How `"delta"` encodes changed regions. Default: `"jpeg"` if a JPEG engine is installed, otherwise `"lossless"`. */
  readonly deltaRegions?: DeltaRegions | undefined;
}

/** Options of a JPEG encoder, with defaults filled in. */
export interface JpegOptions {
  readonly quality: number;
  readonly chromaSubsampling: "4:2:0" | "4:4:4";
}

/** Options of a codec, with defaults filled in. */
export interface ResolvedImageCodecOptions extends JpegOptions {
  readonly encoding: CodecEncoding;
  /** `undefined` selects an installed engine. */
  readonly engine?: JpegEngineName | undefined;
  /** `undefined` selects `"jpeg"` if a JPEG engine is installed, otherwise `"lossless"`. */
  readonly deltaRegions?: DeltaRegions | undefined;
}

/** Options of a call to `encode()`: what the consumer of the image accepts. */
export interface ImageEncodeOptions {
  /**
   * The encodings that the codec may choose from: `"raw"`, `"jpeg"`, `"png"`, `"webp"`, `"delta"`. Unknown names are
   * ignored. Raw is always possible. Default: all.
   */
  readonly encodings?: readonly string[] | undefined;
  /** Quality of a lossy encoding, an integer from 1 to 100. Default: the `quality` of the codec. */
  readonly quality?: number | undefined;
  /** Maximum width in pixels, before `rotation` is applied. Wider images are scaled down before they are encoded. */
  readonly maxWidth?: number | undefined;
  /** Maximum height in pixels, before `rotation` is applied. Taller images are scaled down before they are encoded. */
  readonly maxHeight?: number | undefined;
  /** For `"delta"`: encodes a key frame, which decodes without earlier images. */
  readonly keyFrame?: boolean | undefined;
}

/** Options of a call to `decode()`: the format and the memory of the result. */
export interface ImageDecodeOptions {
  /** The pixel format of the result. Default: a raw image keeps its format, a compressed one becomes `"RGBA"`. */
  readonly format?: PixelFormat | undefined;
  /**
   * Returns the memory that pixels are written to: a `Uint8Array` over a whole ArrayBuffer of exactly `byteLength`
   * bytes, with arbitrary content. Called once for each image that is decoded or converted, and never for a raw image
   * that keeps its format. After `decode()` has rejected, the codec no longer uses the memory. Default: new memory.
   */
  readonly allocate?: ((byteLength: number) => Uint8Array) | undefined;
}

const code = "ERR_IMAGE_INVALID_OPTIONS";

/** Checks the options of a codec and fills in defaults. Throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageCodecOptions(options: ImageCodecOptions): ResolvedImageCodecOptions {
  const source = objectOf(options, "", code);
  const choose = <const T extends string>(field: string, choices: readonly T[]): T | undefined =>
    source[field] === undefined ? undefined : oneOf(source[field], field, code, choices);
  return {
    encoding: choose("encoding", encodings) ?? "raw",
    quality: source.quality === undefined ? 75 : integerOf(source.quality, "quality", code, 1, 100),
    chromaSubsampling: choose("chromaSubsampling", subsamplings) ?? "4:2:0",
    engine: choose("engine", engines),
    deltaRegions: choose("deltaRegions", deltaRegions),
  };
}

/** Checks the options of a call to `encode()`. Throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageEncodeOptions(options: ImageEncodeOptions): ImageEncodeOptions {
  const { encodings, quality, maxWidth, maxHeight, keyFrame } = objectOf(options, "", code);
  return {
    encodings: encodings === undefined ? undefined : namesOf(encodings),
    quality: quality === undefined ? undefined : integerOf(quality, "quality", code, 1, 100),
    maxWidth: maxWidth === undefined ? undefined : integerOf(maxWidth, "maxWidth", code, 1),
    maxHeight: maxHeight === undefined ? undefined : integerOf(maxHeight, "maxHeight", code, 1),
    keyFrame: keyFrame === undefined ? undefined : booleanOf(keyFrame, "keyFrame", code),
  };
}

/** Checks the options of a call to `decode()`. Throws `ERR_IMAGE_INVALID_OPTIONS`. The memory that `allocate` returns is not checked. */
export function resolveImageDecodeOptions(options: ImageDecodeOptions): ImageDecodeOptions {
  const { format, allocate } = objectOf(options, "", code);
  if (allocate !== undefined && typeof allocate !== "function") {
    throw invalidField("allocate", "a function", allocate, code);
  }
  return {
    format: format === undefined ? undefined : oneOf(format, "format", code, pixelFormats),
    allocate: allocate as Allocate | undefined,
  };
}

function namesOf(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw invalidField("encodings", "an array of strings", value, code);
}
