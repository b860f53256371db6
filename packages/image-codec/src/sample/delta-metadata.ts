import * as v from "valibot";
import { fields, integer, optional } from "../checks/validate.ts";
import type { ImageRegion } from "../sample/image-sample.ts";
import type { ImageColorSpace } from "./color-space.ts";
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

/** More regions than this are refused. */
const maxDeltaRegions = 256;

/** How the pixels of regions are coded: JPEG, or the bytes of their rows as a zlib stream (RFC 1950). */
export type DeltaCoding = "jpeg" | "deflate";

/** A changed region, and how many bytes of the data are its coded pixels; they follow those of the region before it. */
export interface DeltaRegion extends ImageRegion {
  readonly bytes: number;
}

/** How a picture is made of the one before it. */
export interface DeltaDescription {
  /** Of this picture in its stream, which starts anywhere. */
  readonly number: number;
  /** Number of the picture that this one changes; without it, the only region is the whole picture. */
  readonly base?: number;
  readonly coding: DeltaCoding;
  /** What differs from the base; nothing, where nothing changed. */
  readonly regions: readonly DeltaRegion[];
}

const regionSchema: v.GenericSchema<unknown, DeltaRegion> = v.object({
  x: integer(0),
  y: integer(0),
  width: integer(1),
  height: integer(1),
  bytes: integer(1),
});

/** Each number in its bounds; whether the regions fit into the picture is for {@link regionsFault} to say. */
export const deltaDescriptionSchema: v.GenericSchema<unknown, DeltaDescription> = fields({
  number: integer(0),
  base: optional(integer(0)),
  coding: v.picklist(["jpeg", "deflate"]),
  regions: v.pipe(v.array(regionSchema), v.maxLength(maxDeltaRegions)),
});

/** What is wrong with the regions for a picture of this size, if anything is. */
export function regionsFault(
  { base, regions }: DeltaDescription,
  codedWidth: number,
  codedHeight: number,
): string | undefined {
  const outside = regions.findIndex(
    ({ x, y, width, height }) => x + width > codedWidth || y + height > codedHeight,
  );
  if (outside >= 0) return `Invalid region: number ${outside} reaches out of the picture`;
  const area = regions.reduce((sum, { width, height }) => sum + width * height, 0);
  if (area > codedWidth * codedHeight) return "Invalid regions: larger together than the picture";
  const isWhole = regions.length === 1 && area === codedWidth * codedHeight;
  return base === undefined && !isWhole ? "Invalid regions: neither a base nor the whole picture" : undefined;
}
