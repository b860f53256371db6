import { isUint8Array } from "node:util/types";
import { ImageCodecError } from "../checks/image-codec-error.ts";
import { validate } from "../checks/validate.ts";
import { type EncodedImageMetadata, type RawImageMetadata, sampleMetadataSchema } from "./image-metadata.ts";
import { requireEveryRow } from "./planes.ts";

/** A picture with nothing but its own fields, which fit each other. */
export interface CheckedImageSample {
  readonly metadata: RawImageMetadata | EncodedImageMetadata;
  readonly data: Uint8Array;
}

/**
 * Takes a picture apart that somebody hands in. Throws `ERR_IMAGE_INVALID_SAMPLE`, or `ERR_IMAGE_DATA_TOO_SHORT` where
 * the data does not hold every row; whether compressed data can be decoded is not looked at.
 */
export function checkImageSample(sample: unknown): CheckedImageSample {
  try {
    return partsOf(sample);
  } catch (cause) {
    if (cause instanceof ImageCodecError) throw cause;
    // Whatever is handed in may throw when it is asked for a field.
    throw new ImageCodecError("ERR_IMAGE_INVALID_SAMPLE", "What was given cannot be read", { cause });
  }
}

/** Throws `ERR_IMAGE_DATA_TOO_SHORT` unless raw data holds every row, and compressed data is there at all. */
export function requireBytes(data: Uint8Array, metadata: RawImageMetadata | EncodedImageMetadata): void {
  if (!("encoding" in metadata)) {
    requireEveryRow(data, metadata);
  } else if (data.byteLength === 0) {
    throw new ImageCodecError("ERR_IMAGE_DATA_TOO_SHORT", "A compressed picture needs data, got 0 bytes");
  }
}

function partsOf(sample: unknown): CheckedImageSample {
  const metadata = validate(sampleMetadataSchema, sample, "ERR_IMAGE_INVALID_SAMPLE");
  const { data } = sample as { readonly data?: unknown };
  if (!isUint8Array(data)) {
    throw new ImageCodecError("ERR_IMAGE_INVALID_SAMPLE", "data: Invalid type: Expected Uint8Array");
  }
  requireBytes(data, metadata);
  return { metadata, data };
}
