import * as v from "valibot";
import { qualitySchema } from "./image-codec-options.ts";
import { validate } from "./validate.ts";

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

const optionsSchema = v.object({
  encodings: v.optional(v.array(v.string())),
  quality: v.optional(qualitySchema),
  maxWidth: limit,
  maxHeight: limit,
  keyFrame: v.optional(v.boolean()),
});

/** Checks options; throws `ERR_IMAGE_INVALID_OPTIONS`. */
export function resolveImageEncodeOptions(options: ImageEncodeOptions): ImageEncodeOptions {
  return validate(optionsSchema, options, "ERR_IMAGE_INVALID_OPTIONS");
}
