import type { ImageEncodeOptions } from "./image-encode-options.ts";
import type { CodedSize } from "./picture-planes.ts";

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
