import * as v from "valibot";
import { validate } from "./validate.ts";

/** How a `BroadcastImageCodec` compresses pictures. */
export interface ImageCodecOptions {
  /** What `encode` makes of uncompressed pictures; `"raw"` by default, which leaves them as they are. */
  readonly encoding?: "raw" | "jpeg" | undefined;
  /** Quality of a JPEG, a whole number from 1 to 100; 75 by default. */
  readonly quality?: number | undefined;
  /** Colour resolution of a JPEG; `"4:2:0"` by default. `"4:4:4"` keeps coloured text sharp in larger pictures. */
  readonly chromaSubsampling?: "4:2:0" | "4:4:4" | undefined;
}

/** What matters to a JPEG encoder, with defaults filled in. */
export interface JpegOptions {
  readonly quality: number;
  readonly chromaSubsampling: "4:2:0" | "4:4:4";
}

/** Options with defaults filled in. */
export interface ResolvedImageCodecOptions extends JpegOptions {
  readonly encoding: "raw" | "jpeg";
}

const optionsSchema: v.GenericSchema<unknown, ResolvedImageCodecOptions> = v.object({
  encoding: v.optional(v.picklist(["raw", "jpeg"]), "raw"),
  quality: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 75),
  chromaSubsampling: v.optional(v.picklist(["4:2:0", "4:4:4"]), "4:2:0"),
});

/** Checks options and fills in defaults; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageCodecOptions(options: ImageCodecOptions): ResolvedImageCodecOptions {
  return validate(optionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
