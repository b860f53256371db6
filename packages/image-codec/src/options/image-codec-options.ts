import * as v from "valibot";
import { validate } from "../checks/validate.ts";
import { type Allocate, checkedAllocate } from "../memory/allocate.ts";
import { type PixelFormat, pixelFormatSchema } from "../sample/pixel-format.ts";

/** What a codec makes of uncompressed pictures; `"auto"` follows what the consumer names, and is raw otherwise. */
export type CodecEncoding = "raw" | "jpeg" | "png" | "webp" | "delta" | "auto";

/** A library that compresses and decompresses JPEG: `"sharp"`, or `"jpeg-turbo"` by `@julusian/jpeg-turbo`. */
export type JpegEngineName = "sharp" | "jpeg-turbo";

/** How a delta encodes the changed regions. */
export type DeltaRegions = "jpeg" | "lossless";

/** How a `BroadcastImageCodec` compresses pictures. */
export interface ImageCodecOptions {
  /** What `encode` makes of uncompressed pictures; `"raw"` by default, which leaves them as they are. */
  readonly encoding?: CodecEncoding | undefined;
  /** Quality of JPEG and WebP, a whole number from 1 to 100; 75 by default. */
  readonly quality?: number | undefined;
  /** Colour resolution of a JPEG; `"4:2:0"` by default. `"4:4:4"` keeps coloured text sharp in larger pictures. */
  readonly chromaSubsampling?: "4:2:0" | "4:4:4" | undefined;
  /**
   * What makes and reads JPEG; by default jpeg-turbo where it is installed, else sharp. A JPEG that it cannot read is
   * decoded by the other one if that is installed.
   */
  readonly engine?: JpegEngineName | undefined;
  /** How `"delta"` encodes the changed regions: as JPEG or lossless. Default: JPEG if a JPEG engine is installed, otherwise lossless. */
  readonly deltaRegions?: DeltaRegions | undefined;
}

/** What matters to a JPEG encoder, with defaults filled in. */
export interface JpegOptions {
  readonly quality: number;
  readonly chromaSubsampling: "4:2:0" | "4:4:4";
}

/** Options with defaults filled in. */
export interface ResolvedImageCodecOptions extends JpegOptions {
  readonly encoding: CodecEncoding;
  readonly engine?: JpegEngineName | undefined;
  /** `undefined` chooses by the engines that are installed. */
  readonly deltaRegions?: DeltaRegions | undefined;
}

/** A quality, 1 to 100. */
const qualitySchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(100),
);

const codecOptionsSchema: v.GenericSchema<unknown, ResolvedImageCodecOptions> = v.object({
  encoding: v.optional(v.picklist(["raw", "jpeg", "png", "webp", "delta", "auto"]), "raw"),
  quality: v.optional(qualitySchema, 75),
  chromaSubsampling: v.optional(v.picklist(["4:2:0", "4:4:4"]), "4:2:0"),
  engine: v.optional(v.picklist(["sharp", "jpeg-turbo"])),
  deltaRegions: v.optional(v.picklist(["jpeg", "lossless"])),
});

/** Checks options and fills in defaults; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageCodecOptions(options: ImageCodecOptions): ResolvedImageCodecOptions {
  return validate(codecOptionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}

/** What the consumer of one picture takes; all of it may differ from picture to picture. */
export interface ImageEncodeOptions {
  /**
   * Names that the codec may choose from: `"raw"`, `"jpeg"`, `"png"`, `"webp"`, `"delta"`; unknown ones are ignored.
   * Raw is always possible. Default: anything.
   */
  readonly encodings?: readonly string[] | undefined;
  /** Quality of a lossy encoding, 1 to 100, instead of the codec's own. */
  readonly quality?: number | undefined;
  /** Wider pictures are scaled down before they are encoded; in pixels of the coded picture, before its rotation. */
  readonly maxWidth?: number | undefined;
  /** Higher pictures are scaled down before they are encoded; in pixels of the coded picture, before its rotation. */
  readonly maxHeight?: number | undefined;
  /** Of `"delta"`: a whole picture, which needs nothing that was sent before. */
  readonly keyFrame?: boolean | undefined;
}

const limit = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));

const encodeOptionsSchema = v.object({
  encodings: v.optional(v.array(v.string())),
  quality: v.optional(qualitySchema),
  maxWidth: limit,
  maxHeight: limit,
  keyFrame: v.optional(v.boolean()),
});

/** Checks options; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageEncodeOptions(options: ImageEncodeOptions): ImageEncodeOptions {
  return validate(encodeOptionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}

/** What a decoded picture should be. */
export interface ImageDecodeOptions {
  /** By default a raw picture keeps its format and a compressed one becomes `"RGBA"`. */
  readonly format?: PixelFormat | undefined;
  /**
   * Gives the memory that the pixels are written to: a whole ArrayBuffer, exactly as long as asked for, of any content.
   * Called once, and only where pixels are made: a raw picture that keeps its format keeps its memory. When decoding
   * fails afterwards, nothing uses that memory any more. Default: new memory.
   */
  readonly allocate?: ((byteLength: number) => Uint8Array) | undefined;
}

const decodeOptionsSchema = v.object({
  format: v.optional(pixelFormatSchema),
  allocate: v.optional(
    v.pipe(
      v.custom<Allocate>((value) => typeof value === "function", "Invalid type: Expected Function"),
      v.transform(checkedAllocate),
    ),
  ),
});

/** Checks options, and whatever `allocate` will give; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageDecodeOptions(options: ImageDecodeOptions): ImageDecodeOptions {
  return validate(decodeOptionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
