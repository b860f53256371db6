import * as v from "valibot";
import type { ImageRegion } from "./image-region.ts";
import { fields, integer, optional } from "./peer-fields.ts";

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
