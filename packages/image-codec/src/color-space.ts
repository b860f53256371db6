import * as v from "valibot";
import { fields, optional } from "./peer-fields.ts";

const primaries = ["bt709", "bt470bg", "smpte170m", "bt2020", "smpte432"] as const;
const transfers = ["bt709", "smpte170m", "iec61966-2-1", "linear", "pq", "hlg"] as const;
const matrices = ["rgb", "bt709", "bt470bg", "smpte170m"] as const;

/**
 * What a picture's numbers mean as colours (WebCodecs `VideoColorSpace`).
 * `primaries` and `transfer` travel and are never converted; the other two say how I420 and NV12 become RGB.
 */
export interface ImageColorSpace {
  readonly primaries?: (typeof primaries)[number] | undefined;
  readonly transfer?: (typeof transfers)[number] | undefined;
  /** `"bt470bg"` and `"smpte170m"` are both ITU-R BT.601. Default for I420 and NV12: `"bt709"`. */
  readonly matrix?: (typeof matrices)[number] | undefined;
  /** Whether luma and chroma take all of 0 to 255. Default for I420 and NV12: `false`, luma is 16 to 235. */
  readonly fullRange?: boolean | undefined;
}

/** A colour space without unknown fields and without fields that are `undefined` or `null`. */
export const colorSpaceSchema: v.GenericSchema<unknown, ImageColorSpace> = fields({
  primaries: optional(v.picklist(primaries)),
  transfer: optional(v.picklist(transfers)),
  matrix: optional(v.picklist(matrices)),
  fullRange: optional(v.boolean()),
});

/** What is left of a colour space when a picture is converted between RGB and YUV: the rest then has its default. */
export function withoutMatrix({ primaries, transfer }: ImageColorSpace): ImageColorSpace {
  return { ...(primaries && { primaries }), ...(transfer && { transfer }) };
}
