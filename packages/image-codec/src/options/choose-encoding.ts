import type { CodedSize } from "../sample/planes.ts";
import type { CodecEncoding, ImageEncodeOptions } from "./image-codec-options.ts";

/** An encoding that an image can be sent in. */
export type ChosenEncoding = Exclude<CodecEncoding, "auto">;

const known: readonly string[] = ["raw", "jpeg", "png", "webp", "delta"] satisfies ChosenEncoding[];

/**
 * Chooses the encoding of an uncompressed image: the codec's own if the consumer accepts it, otherwise the first known
 * encoding that the consumer lists, otherwise raw. For `"auto"`, chooses delta if the consumer lists it, otherwise JPEG
 * if listed, otherwise raw, which is the cheapest encoding between processes of one machine.
 */
export function chooseEncoding(own: CodecEncoding, encodings: readonly string[] | undefined): ChosenEncoding {
  if (own === "auto") {
    if (encodings?.includes("delta")) return "delta";
    return encodings?.includes("jpeg") ? "jpeg" : "raw";
  }
  if (accepts(encodings, own)) return own;
  return encodings?.find(isKnown) ?? "raw";
}

/** Whether a consumer accepts an encoding. Without a list of encodings, it accepts all. */
export function accepts(encodings: readonly string[] | undefined, encoding: string): boolean {
  return encodings === undefined || encodings.includes(encoding);
}

function isKnown(encoding: string): encoding is ChosenEncoding {
  return known.includes(encoding);
}

/**
 * Returns the largest size within the limits that keeps the aspect ratio, rounded to even sides, because video encoders
 * need even sides. An image within the limits keeps its size.
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
