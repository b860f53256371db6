import { integerOf, invalidField, objectOf, oneOf, type UncheckedFields } from "../checks/field-checks.ts";
import { ImageCodecError, type ImageCodecErrorCode } from "../checks/image-codec-error.ts";
import { type ImageColorSpace, readColorSpace } from "./color-space.ts";
import type { ImageRegion, MetadataFields } from "./image-sample.ts";
import { isYuvFormat, type PixelFormat, pixelFormats } from "./pixel-format.ts";

/** Maximum number of regions in a delta. */
const maxDeltaRegions = 256;

/** How the pixels of regions are coded: as JPEGs, or as zlib streams (RFC 1950) of tightly packed rows. */
export type DeltaCoding = "jpeg" | "deflate";

/** A changed region. Its coded pixels follow those of the previous region in the data. */
export interface DeltaRegion extends ImageRegion {
  /** Number of bytes of the coded pixels. */
  readonly bytes: number;
}

/** The changes from the previous image, or a key frame. */
export interface DeltaDescription {
  /** Number of this image in its stream. The first number is arbitrary. */
  readonly number: number;
  /**
   * Number of the previous image, which the regions change. A key frame has no base, and its only region is the whole
   * image.
   */
  readonly base?: number;
  /** How the pixels of all regions are coded. */
  readonly coding: DeltaCoding;
  /** The regions that differ from the base; empty if nothing changed. */
  readonly regions: readonly DeltaRegion[];
}

/** Metadata of a delta. */
export interface DeltaImageMetadata extends MetadataFields {
  readonly encoding: "delta";
  /** Pixel format of deflated regions, the same as in the base. Absent if regions are JPEGs. */
  readonly format?: PixelFormat;
  /** Absent if `format` is absent. */
  readonly colorSpace?: ImageColorSpace;
  /** The changed regions. */
  readonly delta: DeltaDescription;
}

/**
 * Checks the metadata of a delta. `fields` are the fields of `source` that have already been checked. Returns a frozen
 * copy without absent or unknown fields.
 */
export function readDeltaMetadata(
  source: UncheckedFields,
  fields: MetadataFields,
  code: ImageCodecErrorCode,
): DeltaImageMetadata {
  const format = source.format ?? undefined;
  const colorSpace = source.colorSpace ?? undefined;
  const metadata: DeltaImageMetadata = Object.freeze({
    encoding: "delta",
    ...fields,
    ...(format !== undefined && { format: oneOf(format, "format", code, pixelFormats) }),
    ...(colorSpace !== undefined && { colorSpace: readColorSpace(colorSpace, code) }),
    delta: readDelta(source.delta, code),
  });
  const fault = regionsFault(metadata);
  if (fault) throw new ImageCodecError(code, `delta: ${fault}`);
  if (!isFormatOfCoding(metadata)) {
    throw new ImageCodecError(
      code,
      `format: must be valid for the coding and the regions of the delta, got ${metadata.format} with ${metadata.delta.coding}`,
    );
  }
  return metadata;
}

function readDelta(value: unknown, code: ImageCodecErrorCode): DeltaDescription {
  const source = objectOf(value, "delta", code);
  const number = integerOf(source.number, "delta.number", code, 0);
  const base = source.base ?? undefined;
  const based = base !== undefined && { base: integerOf(base, "delta.base", code, 0) };
  const coding = oneOf(source.coding, "delta.coding", code, ["jpeg", "deflate"]);
  const { regions } = source;
  if (!Array.isArray(regions) || regions.length > maxDeltaRegions) {
    throw invalidField("delta.regions", `an array of at most ${maxDeltaRegions} regions`, regions, code);
  }
  const checked = Object.freeze(regions.map((region, index) => readRegion(region, index, code)));
  return Object.freeze({ number, ...based, coding, regions: checked });
}

function readRegion(value: unknown, index: number, code: ImageCodecErrorCode): DeltaRegion {
  const path = `delta.regions.${index}`;
  const source = objectOf(value, path, code);
  return Object.freeze({
    x: integerOf(source.x, `${path}.x`, code, 0),
    y: integerOf(source.y, `${path}.y`, code, 0),
    width: integerOf(source.width, `${path}.width`, code, 1),
    height: integerOf(source.height, `${path}.height`, code, 1),
    bytes: integerOf(source.bytes, `${path}.bytes`, code, 1),
  });
}

/** Describes what is wrong with the regions of a delta. Returns `undefined` if they are valid. */
function regionsFault({ codedWidth, codedHeight, delta }: DeltaImageMetadata): string | undefined {
  const { base, regions } = delta;
  const outside = regions.findIndex(
    ({ x, y, width, height }) => x + width > codedWidth || y + height > codedHeight,
  );
  if (outside >= 0) return `region ${outside} must lie inside the ${codedWidth}x${codedHeight} image`;
  const area = regions.reduce((sum, { width, height }) => sum + width * height, 0);
  if (area > codedWidth * codedHeight) return "the regions together must not be larger than the image";
  const isWhole = regions.length === 1 && area === codedWidth * codedHeight;
  return base === undefined && !isWhole
    ? "without a base, the only region must be the whole image"
    : undefined;
}

function isFormatOfCoding({ format, delta }: DeltaImageMetadata): boolean {
  if (delta.coding === "jpeg") return format === undefined;
  // A chroma row belongs to two rows of pixels, so a changed I420 or NV12 image is sent as a key frame.
  const hasChangedRegions = delta.base !== undefined && delta.regions.length > 0;
  return format !== undefined && !(isYuvFormat(format) && hasChangedRegions);
}
