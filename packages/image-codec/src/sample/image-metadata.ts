import * as v from "valibot";
import { fields, integer, optional, validate } from "../checks/validate.ts";
import { colorSpaceSchema, type ImageColorSpace } from "./color-space.ts";
import {
  type DeltaImageMetadata,
  deltaDescriptionSchema,
  isFormatOfCoding,
  regionsFault,
} from "./delta-metadata.ts";
import type { ImageEncoding, PlaneLayout, Rotation } from "./image-sample.ts";
import { isYuvFormat, type PixelFormat, pixelFormatSchema } from "./pixel-format.ts";
import { numberOfPlanes, type PixelGeometry, planesOf } from "./planes.ts";

/** What travels beside the bytes of an uncompressed picture. */
export interface RawImageMetadata {
  readonly format: PixelFormat;
  /** Pixels in a row, 1 to 65535. */
  readonly codedWidth: number;
  /** Rows, 1 to 65535. */
  readonly codedHeight: number;
  /** One entry for each plane; without it the planes lie tightly packed, one after the other. */
  readonly layout?: readonly PlaneLayout[];
  readonly rotation?: Rotation;
  /** Without it, I420 and NV12 are BT.709 in limited range. */
  readonly colorSpace?: ImageColorSpace;
  /** Whole microseconds of the capturing machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

/** What travels beside the bytes of a compressed picture. */
export interface EncodedImageMetadata {
  readonly encoding: ImageEncoding;
  /** Pixels in a row, 1 to 65535, the same as in the picture's own header. */
  readonly codedWidth: number;
  /** Rows, 1 to 65535, the same as in the picture's own header. */
  readonly codedHeight: number;
  readonly rotation?: Rotation;
  /** Whole microseconds of the capturing machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

/** What travels beside the bytes of a picture: plain values only and no `undefined`, so that any format can carry it. */
export type ImageMetadata = RawImageMetadata | EncodedImageMetadata | DeltaImageMetadata;

const rotations: readonly Rotation[] = [0, 90, 180, 270];

const common = {
  codedWidth: integer(1, 65_535),
  codedHeight: integer(1, 65_535),
  rotation: optional(v.pipe(integer(0, 270), v.picklist(rotations))),
  timestamp: integer(0),
};

const colorSpace = optional(colorSpaceSchema);

const encodings: readonly ImageEncoding[] = ["jpeg", "png", "webp"];

const encodedImageSchema: v.GenericSchema<unknown, EncodedImageMetadata> = fields({
  encoding: v.picklist(encodings),
  ...common,
});

const rawImageSchema: v.GenericSchema<unknown, RawImageMetadata> = v.pipe(
  fields({
    format: pixelFormatSchema,
    ...common,
    layout: optional(v.array(v.object({ offset: integer(0), stride: integer(0) }))),
    colorSpace,
  }),
  v.forward(
    v.check(
      ({ format, layout }) => layout === undefined || layout.length === numberOfPlanes(format),
      "Invalid length: not one entry for each plane",
    ),
    ["layout"],
  ),
  v.forward(
    v.check((geometry) => hasRoomForRows(geometry), "Invalid stride: shorter than a row of pixels"),
    ["layout"],
  ),
  v.forward(
    v.check(
      ({ format, colorSpace }) => !(isYuvFormat(format) && colorSpace?.matrix === "rgb"),
      "Invalid matrix: not one of luma and chroma",
    ),
    ["colorSpace"],
  ),
);

const deltaImageSchema: v.GenericSchema<unknown, DeltaImageMetadata> = v.pipe(
  fields({
    encoding: v.literal("delta"),
    ...common,
    format: optional(pixelFormatSchema),
    colorSpace,
    delta: deltaDescriptionSchema,
  }),
  v.forward(
    v.check(
      (metadata) => faultOf(metadata) === undefined,
      ({ input }) => faultOf(input) ?? "",
    ),
    ["delta"],
  ),
  v.forward(
    v.check(
      (metadata) => isFormatOfCoding(metadata),
      "Invalid format: not one for this coding or these regions",
    ),
    ["format"],
  ),
);

/** Takes the fields of a picture's metadata from anything that has them, a sample too; other fields are left out. */
export const sampleMetadataSchema: v.GenericSchema<unknown, RawImageMetadata | EncodedImageMetadata> = v.lazy(
  (value) => (encodingOf(value) === undefined ? rawImageSchema : encodedImageSchema),
);

const imageMetadataSchema: v.GenericSchema<unknown, ImageMetadata> = v.lazy((value) =>
  encodingOf(value) === "delta" ? deltaImageSchema : sampleMetadataSchema,
);

/**
 * Checks metadata that came from a peer and returns it without fields that this version does not know.
 * Throws `ImageCodecError` with code `ERR_IMAGE_INVALID_METADATA`, its message naming the field.
 */
export function parseImageMetadata(value: unknown): ImageMetadata {
  return validate(imageMetadataSchema, value, "ERR_IMAGE_INVALID_METADATA");
}

function encodingOf(value: unknown): unknown {
  return (value as { readonly encoding?: unknown } | null | undefined)?.encoding ?? undefined;
}

function faultOf({
  delta,
  codedWidth,
  codedHeight,
}: Pick<DeltaImageMetadata, "delta" | "codedWidth" | "codedHeight">): string | undefined {
  return regionsFault(delta, codedWidth, codedHeight);
}

function hasRoomForRows(geometry: PixelGeometry): boolean {
  return planesOf(geometry).every(({ stride, rowBytes }) => stride >= rowBytes);
}

/** An uncompressed picture whose data is known to hold every row. */
export interface RawImage {
  readonly metadata: RawImageMetadata;
  readonly data: Uint8Array;
}
