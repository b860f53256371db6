import { booleanOf, objectOf, oneOf } from "../checks/field-checks.ts";
import type { ImageCodecErrorCode } from "../checks/image-codec-error.ts";

const primaries = ["bt709", "bt470bg", "smpte170m", "bt2020", "smpte432"] as const;
const transfers = ["bt709", "smpte170m", "iec61966-2-1", "linear", "pq", "hlg"] as const;
const matrices = ["rgb", "bt709", "bt470bg", "smpte170m"] as const;

/**
 * Maps pixel values to colours (WebCodecs `VideoColorSpace`). `matrix` and `fullRange` determine how I420 and NV12 are
 * converted to RGB. `primaries` and `transfer` are passed on, but colours are not converted between them.
 */
export interface ImageColorSpace {
  /** The colours of red, green and blue (WebCodecs `VideoColorPrimaries`). */
  readonly primaries?: (typeof primaries)[number] | undefined;
  /** The relation of values to light (WebCodecs `VideoTransferCharacteristics`). */
  readonly transfer?: (typeof transfers)[number] | undefined;
  /** `"bt470bg"` and `"smpte170m"` are both ITU-R BT.601. Default for I420 and NV12: `"bt709"`. */
  readonly matrix?: (typeof matrices)[number] | undefined;
  /** Whether luma and chroma use all values from 0 to 255. Default for I420 and NV12: `false`, so luma is 16 to 235. */
  readonly fullRange?: boolean | undefined;
}

/** Checks a colour space. Returns a frozen copy without absent or unknown fields. */
export function readColorSpace(value: unknown, code: ImageCodecErrorCode): ImageColorSpace {
  const source = objectOf(value, "colorSpace", code);
  const choose = <const T extends string>(field: string, choices: readonly T[]): T | undefined =>
    (source[field] ?? undefined) === undefined
      ? undefined
      : oneOf(source[field], `colorSpace.${field}`, code, choices);
  const fullRange = source.fullRange ?? undefined;
  return withoutUndefined({
    primaries: choose("primaries", primaries),
    transfer: choose("transfer", transfers),
    matrix: choose("matrix", matrices),
    fullRange: fullRange === undefined ? undefined : booleanOf(fullRange, "colorSpace.fullRange", code),
  });
}

/** Returns the fields of a colour space that stay valid after a conversion between RGB and YUV. */
export function withoutMatrix({ primaries, transfer }: ImageColorSpace): ImageColorSpace {
  return withoutUndefined({ primaries, transfer });
}

function withoutUndefined(colorSpace: ImageColorSpace): ImageColorSpace {
  const { primaries, transfer, matrix, fullRange } = colorSpace;
  return Object.freeze({
    ...(primaries && { primaries }),
    ...(transfer && { transfer }),
    ...(matrix && { matrix }),
    ...(fullRange !== undefined && { fullRange }),
  });
}

/** Weights of red, green and blue in luma. Their sum is 1. */
interface LumaWeights {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/** Converts a fraction to a byte: luma is `lumaOffset + lumaSpan * fraction`, chroma is `128 + chromaSpan * fraction`. */
interface YuvRange {
  readonly lumaOffset: number;
  readonly lumaSpan: number;
  readonly chromaSpan: number;
}

/** Luma weights of ITU-R BT.709-6, item 3.2. */
const bt709: LumaWeights = { red: 0.2126, green: 0.7152, blue: 0.0722 };
/** Luma weights of ITU-R BT.601-7, item 2.5.1. */
const bt601: LumaWeights = { red: 0.299, green: 0.587, blue: 0.114 };

/** Limited range: the 8-bit quantisation of BT.709 and BT.601. Full range: ITU-T H.273 with its full range flag. */
const limitedRange: YuvRange = { lumaOffset: 16, lumaSpan: 219, chromaSpan: 224 };
const fullRange: YuvRange = { lumaOffset: 0, lumaSpan: 255, chromaSpan: 255 };

/** Returns the coefficients between RGB and YUV in a colour space. Default: BT.709 in limited range. */
export function yuvMatrix(colorSpace: ImageColorSpace = {}): LumaWeights & YuvRange {
  const isBt601 = colorSpace.matrix === "smpte170m" || colorSpace.matrix === "bt470bg";
  return { ...(isBt601 ? bt601 : bt709), ...(colorSpace.fullRange ? fullRange : limitedRange) };
}
