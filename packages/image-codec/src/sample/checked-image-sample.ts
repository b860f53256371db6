import { isUint8Array } from "node:util/types";
import { invalidField, objectOf } from "../checks/field-checks.ts";
import { ImageCodecError } from "../checks/image-codec-error.ts";
import {
  type EncodedImageMetadata,
  type RawImageMetadata,
  readSampleMetadata,
  requireBytes,
} from "./image-metadata.ts";

/**
 * A frozen image sample without unknown fields. Its fields and data have been checked.
 *
 * @internal
 */
export type CheckedImageSample = (RawImageMetadata | EncodedImageMetadata) & {
  readonly type: "image";
  readonly data: Uint8Array;
};

/** The metadata and the data of a checked sample. */
interface SampleParts {
  readonly metadata: RawImageMetadata | EncodedImageMetadata;
  readonly data: Uint8Array;
  /** Length of `data` in bytes when the sample was checked. */
  readonly byteLength: number;
}

const checkedSamples = new WeakMap<object, SampleParts>();

/**
 * Checks a sample before it is queued for `encode()`, which does not check the returned sample again. The result shares
 * `data` with the sample and has no `damage` and no `[Symbol.dispose]`. Throws `ERR_IMAGE_INVALID_SAMPLE`, or
 * `ERR_IMAGE_DATA_TOO_SHORT` if the data does not hold every row. Does not check whether compressed data can be decoded.
 *
 * @internal
 */
export function checkImageSample(sample: unknown): CheckedImageSample {
  const parts = readParts(sample);
  const checked: CheckedImageSample = Object.freeze({ type: "image", ...parts.metadata, data: parts.data });
  checkedSamples.set(checked, parts);
  return checked;
}

/**
 * Returns the metadata and the data of a sample. Checks the sample unless {@link checkImageSample} returned it. Throws
 * the same errors as that function.
 */
export function checkedParts(sample: unknown): SampleParts {
  const parts = checkedSamples.get(sample as object);
  if (!parts) return readParts(sample);
  // The memory may have been transferred since the sample was checked.
  if (parts.data.byteLength !== parts.byteLength) requireBytes(parts.data, parts.metadata);
  return parts;
}

function readParts(sample: unknown): SampleParts {
  const code = "ERR_IMAGE_INVALID_SAMPLE";
  try {
    const source = objectOf(sample, "", code);
    const metadata = readSampleMetadata(source, code);
    const { data } = source;
    if (!isUint8Array(data)) throw invalidField("data", "a Uint8Array", data, code);
    requireBytes(data, metadata);
    return { metadata, data, byteLength: data.byteLength };
  } catch (cause) {
    if (cause instanceof ImageCodecError) throw cause;
    throw new ImageCodecError(
      code,
      "The fields of the sample must be readable, but reading one threw an error",
      { cause },
    );
  }
}
