import type { ImageColorSpace } from "./color-space.ts";
import type { DeltaDescription } from "./delta-description.ts";
import type { Rotation } from "./image-sample.ts";
import { isYuvFormat, type PixelFormat } from "./pixel-format.ts";

/** What travels beside the bytes of a picture that is told by what changed since the one before it. */
export interface DeltaImageMetadata {
  readonly encoding: "delta";
  /** Pixels in a row, 1 to 65535, the same as in the base. */
  readonly codedWidth: number;
  /** Rows, 1 to 65535, the same as in the base. */
  readonly codedHeight: number;
  readonly rotation?: Rotation;
  /** Of deflated regions, the same as in the base; JPEG ones have none. */
  readonly format?: PixelFormat;
  /** Only beside a format. */
  readonly colorSpace?: ImageColorSpace;
  readonly delta: DeltaDescription;
  /** Whole microseconds of the capturing machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

/** Whether the coding goes with the format beside it; without promising that no field is `undefined`. */
export function isFormatOfCoding({
  format,
  delta,
}: {
  readonly format?: PixelFormat | undefined;
  readonly delta: DeltaDescription;
}): boolean {
  if (delta.coding === "jpeg") return format === undefined;
  // Planes of chroma have no rows for each row of pixels, so these pictures are whole or unchanged.
  return (
    format !== undefined && !(isYuvFormat(format) && delta.base !== undefined && delta.regions.length > 0)
  );
}
