import type { ImageColorSpace } from "./color-space.ts";

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
