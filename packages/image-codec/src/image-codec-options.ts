import * as v from "valibot";
import { validate } from "./validate.ts";

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
export const qualitySchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(1),
  v.maxValue(100),
);

const optionsSchema: v.GenericSchema<unknown, ResolvedImageCodecOptions> = v.object({
  encoding: v.optional(v.picklist(["raw", "jpeg", "png", "webp", "delta", "auto"]), "raw"),
  quality: v.optional(qualitySchema, 75),
  chromaSubsampling: v.optional(v.picklist(["4:2:0", "4:4:4"]), "4:2:0"),
  engine: v.optional(v.picklist(["sharp", "jpeg-turbo"])),
  deltaRegions: v.optional(v.picklist(["jpeg", "lossless"])),
});

/** Checks options and fills in defaults; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageCodecOptions(options: ImageCodecOptions): ResolvedImageCodecOptions {
  return validate(optionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
