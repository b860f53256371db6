import type { CodedSize } from "../sample/planes.ts";
import type { CodecEncoding, ImageEncodeOptions } from "./image-codec-options.ts";

/** An encoding that a picture may travel in. */
export type ChosenEncoding = Exclude<CodecEncoding, "auto">;

const known: readonly string[] = ["raw", "jpeg", "png", "webp", "delta"] satisfies ChosenEncoding[];

/**
 * What to make of an uncompressed picture: the codec's own encoding where the consumer takes it, else the first of
 * the consumer's that is known, else raw. `"auto"` is the cheapest to send that the consumer names itself, else raw,
 * which is the cheapest of all between processes of one machine.
 */
export function chooseEncoding(own: CodecEncoding, encodings: readonly string[] | undefined): ChosenEncoding {
  if (own === "auto") {
    if (encodings?.includes("delta")) return "delta";
    return encodings?.includes("jpeg") ? "jpeg" : "raw";
  }
  if (takes(encodings, own)) return own;
  return encodings?.find(isKnown) ?? "raw";
}

/** Whether a consumer that names these takes this one. */
export function takes(encodings: readonly string[] | undefined, encoding: string): boolean {
  return encodings === undefined || encodings.includes(encoding);
}

function isKnown(encoding: string): encoding is ChosenEncoding {
  return known.includes(encoding);
}

/**
 * The size within the limits that is nearest to the picture's own aspect, in even numbers, as video encoders need them.
 * A picture within the limits keeps its size; none gets larger.
 */
export function fitSize(
  { codedWidth, codedHeight }: CodedSize,
  {
    maxWidth = Number.POSITIVE_INFINITY,
    maxHeight = Number.POSITIVE_INFINITY,
  }: Pick<ImageEncodeOptions, "maxWidth" | "maxHeight">,
): CodedSize {
  const scale = Math.min(maxWidth / codedWidth, maxHeight / codedHeight);
  if (scale >= 1) return { codedWidth, codedHeight };
  return {
    codedWidth: evenSide(codedWidth, scale, maxWidth),
    codedHeight: evenSide(codedHeight, scale, maxHeight),
  };
}

function evenSide(side: number, scale: number, limit: number): number {
  const nearest = 2 * Math.round((side * scale) / 2);
  const largest = 2 * Math.floor(limit / 2);
  return Math.min(side, Math.max(2, Math.min(nearest, largest)));
}
