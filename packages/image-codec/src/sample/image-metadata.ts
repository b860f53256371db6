import { integerOf, invalidField, objectOf, oneOf, type UncheckedFields } from "../checks/field-checks.ts";
import { ImageCodecError, type ImageCodecErrorCode } from "../checks/image-codec-error.ts";
import { type ImageColorSpace, readColorSpace } from "./color-space.ts";
import { type DeltaImageMetadata, readDeltaMetadata } from "./delta-metadata.ts";
import type { ImageEncoding, MetadataFields, PlaneLayout, Rotation } from "./image-sample.ts";
import { bytesPerPixel, isYuvFormat, type PixelFormat, pixelFormats } from "./pixel-format.ts";
import { endOfPlanes, planesOf } from "./planes.ts";

/** Metadata of an uncompressed image. */
export interface RawImageMetadata extends MetadataFields {
  /** Format of the pixels. */
  readonly format: PixelFormat;
  /** One entry for each plane. Default: planes are tightly packed, one after the other. */
  readonly layout?: readonly PlaneLayout[];
  /** Default for I420 and NV12: BT.709 in limited range. */
  readonly colorSpace?: ImageColorSpace;
}

/** Metadata of a compressed image. Its size equals the size in the header of the image. */
export interface EncodedImageMetadata extends MetadataFields {
  /** Encoding of the data. */
  readonly encoding: ImageEncoding;
}

/**
 * Metadata that is sent beside the bytes of an image. Values are plain and never `undefined`, so any serialization
 * format can encode them.
 */
export type ImageMetadata = RawImageMetadata | EncodedImageMetadata | DeltaImageMetadata;

/** An uncompressed image whose data holds every row. */
export interface RawImage {
  readonly metadata: RawImageMetadata;
  readonly data: Uint8Array;
}

const numberOfPlanes: Readonly<Record<PixelFormat, number>> = {
  RGBA: 1,
  BGRA: 1,
  RGBX: 1,
  BGRX: 1,
  RGB: 1,
  I420: 3,
  NV12: 2,
};

const encodings: readonly ImageEncoding[] = ["jpeg", "png", "webp"];

const rotations: readonly number[] = [0, 90, 180, 270];

/** Minimum data length in bytes for each checked metadata object. These objects are frozen. */
const requiredBytes = new WeakMap<object, number>();

/**
 * Checks metadata from a peer.
 * Returns a frozen copy without unknown fields; `decode()` does not check that copy again. Throws
 * `ERR_IMAGE_INVALID_METADATA` with a message that starts with the name of the invalid field.
 */
export function parseImageMetadata(value: unknown): ImageMetadata {
  if (requiredBytes.has(value as object)) return value as ImageMetadata;
  const source = objectOf(value, "", "ERR_IMAGE_INVALID_METADATA");
  if (source.encoding !== "delta") return readSampleMetadata(source, "ERR_IMAGE_INVALID_METADATA");
  const fields = readMetadataFields(source, "ERR_IMAGE_INVALID_METADATA");
  const metadata = readDeltaMetadata(source, fields, "ERR_IMAGE_INVALID_METADATA");
  requiredBytes.set(metadata, 0);
  return metadata;
}

/** Checks the metadata fields of a sample, or metadata that is not a delta. Returns a frozen copy without other fields. */
export function readSampleMetadata(
  source: UncheckedFields,
  code: ImageCodecErrorCode,
): RawImageMetadata | EncodedImageMetadata {
  const encoding = source.encoding ?? undefined;
  if (encoding !== undefined) return readEncodedMetadata(source, encoding, code);
  const format = oneOf(source.format, "format", code, pixelFormats);
  const fields = readMetadataFields(source, code);
  const layout = source.layout ?? undefined;
  const colorSpace = source.colorSpace ?? undefined;
  const metadata: RawImageMetadata = Object.freeze({
    format,
    ...fields,
    ...(layout !== undefined && { layout: readLayout(layout, format, code) }),
    ...(colorSpace !== undefined && { colorSpace: readColorSpace(colorSpace, code) }),
  });
  if (metadata.colorSpace?.matrix === "rgb" && isYuvFormat(format)) {
    throw invalidField("colorSpace", "a colour space with a matrix of luma and chroma", "rgb", code);
  }
  const isPacked = layout === undefined && numberOfPlanes[format] === 1;
  const bytes = isPacked
    ? fields.codedWidth * fields.codedHeight * bytesPerPixel[format]
    : bytesOfPlanes(metadata, code);
  requiredBytes.set(metadata, bytes);
  return metadata;
}

/**
 * Throws `ERR_IMAGE_DATA_TOO_SHORT` if raw data does not hold every row, or if compressed data is empty.
 * Longer data is accepted. The metadata must have been checked.
 */
export function requireBytes(data: Uint8Array, metadata: RawImageMetadata | EncodedImageMetadata): void {
  const needed = requiredBytes.get(metadata) ?? Number.POSITIVE_INFINITY;
  if (data.byteLength >= needed) return;
  const { codedWidth, codedHeight } = metadata;
  const kind = "encoding" in metadata ? metadata.encoding : metadata.format;
  throw new ImageCodecError(
    "ERR_IMAGE_DATA_TOO_SHORT",
    `A ${codedWidth}x${codedHeight} ${kind} image must have at least ${needed} bytes, got ${data.byteLength}`,
  );
}

function readMetadataFields(source: UncheckedFields, code: ImageCodecErrorCode): MetadataFields {
  const codedWidth = integerOf(source.codedWidth, "codedWidth", code, 1, 65_535);
  const codedHeight = integerOf(source.codedHeight, "codedHeight", code, 1, 65_535);
  const rotation = source.rotation ?? undefined;
  const turned = rotation !== undefined && { rotation: rotationOf(rotation, code) };
  const timestamp = integerOf(source.timestamp, "timestamp", code, 0);
  return { codedWidth, codedHeight, ...turned, timestamp };
}

function rotationOf(value: unknown, code: ImageCodecErrorCode): Rotation {
  const degrees = typeof value === "bigint" ? Number(value) : value;
  if (rotations.includes(degrees as number)) return degrees as Rotation;
  throw invalidField("rotation", "0, 90, 180 or 270", value, code);
}

function readEncodedMetadata(
  source: UncheckedFields,
  encoding: unknown,
  code: ImageCodecErrorCode,
): EncodedImageMetadata {
  const metadata: EncodedImageMetadata = Object.freeze({
    encoding: oneOf(encoding, "encoding", code, encodings),
    ...readMetadataFields(source, code),
  });
  requiredBytes.set(metadata, 1);
  return metadata;
}

/** The number of bytes that the planes need. Throws if a stride is shorter than its row. */
function bytesOfPlanes(metadata: RawImageMetadata, code: ImageCodecErrorCode): number {
  const planes = planesOf(metadata);
  for (const { stride, rowBytes } of planes) {
    if (stride >= rowBytes) continue;
    throw new ImageCodecError(code, `layout: a stride must be at least ${rowBytes} bytes, got ${stride}`);
  }
  return endOfPlanes(planes);
}

function readLayout(value: unknown, format: PixelFormat, code: ImageCodecErrorCode): readonly PlaneLayout[] {
  const planes = numberOfPlanes[format];
  if (!Array.isArray(value) || value.length !== planes) {
    throw invalidField("layout", `an array of ${planes}, one for each plane`, value, code);
  }
  return Object.freeze(
    value.map((plane, index) => {
      const path = `layout.${index}`;
      const source = objectOf(plane, path, code);
      return Object.freeze({
        offset: integerOf(source.offset, `${path}.offset`, code, 0),
        stride: integerOf(source.stride, `${path}.stride`, code, 0),
      });
    }),
  );
}
