import * as v from "valibot";
import { fields, optional } from "../checks/validate.ts";

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

/** What red and blue weigh in luma; green weighs the rest. */
export interface LumaWeights {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** How a fraction becomes a byte: luma is `lumaOffset + lumaSpan * fraction`, chroma `128 + chromaSpan * fraction`. */
export interface YuvRange {
  readonly lumaOffset: number;
  readonly lumaSpan: number;
  readonly chromaSpan: number;
}

/** ITU-R BT.709-6, item 3.2, and ITU-R BT.601-7, item 2.5.1: E'Y = 0.2126 E'R + ..., and 0.299 E'R + .... */
const bt709: LumaWeights = { red: 0.2126, green: 0.7152, blue: 0.0722 };
const bt601: LumaWeights = { red: 0.299, green: 0.587, blue: 0.114 };

/** Quantisation of the same recommendations to 8 bits, and that of ITU-T H.273 with its full range flag set. */
const limitedRange: YuvRange = { lumaOffset: 16, lumaSpan: 219, chromaSpan: 224 };
const fullRange: YuvRange = { lumaOffset: 0, lumaSpan: 255, chromaSpan: 255 };

/** How RGB and YUV of a colour space relate; BT.709 in limited range where it does not say. */
export function yuvMatrix(colorSpace: ImageColorSpace = {}): LumaWeights & YuvRange {
  const isBt601 = colorSpace.matrix === "smpte170m" || colorSpace.matrix === "bt470bg";
  return { ...(isBt601 ? bt601 : bt709), ...(colorSpace.fullRange ? fullRange : limitedRange) };
}
