import { integerOf, invalidField, type UncheckedFields } from "../checks/field-checks.ts";
import type { ImageCodecErrorCode } from "../checks/image-codec-error.ts";
import type { Rotation } from "./image-sample.ts";

/** The fields that all kinds of image metadata have. */
export interface MetadataFields {
  /** Pixels in a row, 1 to 65535. */
  readonly codedWidth: number;
  /** Number of rows, 1 to 65535. */
  readonly codedHeight: number;
  readonly rotation?: Rotation;
  /** Whole microseconds of the capturing machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

const rotations: readonly number[] = [0, 90, 180, 270];

/** Checks the fields that all kinds of image metadata have. */
export function readMetadataFields(source: UncheckedFields, code: ImageCodecErrorCode): MetadataFields {
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
