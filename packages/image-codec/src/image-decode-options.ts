import * as v from "valibot";
import type { PixelFormat } from "./pixel-format.ts";
import { pixelFormatSchema } from "./pixel-format-schema.ts";
import { validate } from "./validate.ts";

/** What a decoded picture should be. */
export interface ImageDecodeOptions {
  /** By default a raw picture keeps its format and a compressed one becomes `"RGBA"`. */
  readonly format?: PixelFormat | undefined;
}

const optionsSchema = v.object({ format: v.optional(pixelFormatSchema) });

/** Checks options; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageDecodeOptions(options: ImageDecodeOptions): ImageDecodeOptions {
  return validate(optionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
