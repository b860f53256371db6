import * as v from "valibot";
import { type Allocate, checkedAllocate } from "./allocate.ts";
import type { PixelFormat } from "./pixel-format.ts";
import { pixelFormatSchema } from "./pixel-format-schema.ts";
import { validate } from "./validate.ts";

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

const optionsSchema = v.object({
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
  return validate(optionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
