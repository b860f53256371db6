import { isUint8Array } from "node:util/types";
import { AudioCodecError } from "./audio-codec-error.ts";
import {
  type AudioMetadata,
  bytesPerSample,
  parseAudioMetadata,
  readAudioMetadata,
} from "./audio-metadata.ts";
import type { AudioSample } from "./audio-sample.ts";

/** An encoded audio sample, ready to be sent to another process. */
export interface EncodedAudio {
  /** The fields to send beside `data`. */
  readonly metadata: AudioMetadata;
  /** The `data` of the sample, not a copy. */
  readonly data: Uint8Array;
}

/**
 * Converts a PCM audio sample to metadata and bytes, and back. The bytes are not copied. The codec has no state.
 *
 * @example
 * ```js
 * const codec = new BroadcastAudioCodec();
 * const { metadata, data } = codec.encode(sample);
 * // Send both. In the other process:
 * const received = codec.decode(data, metadata);
 * ```
 */
export class BroadcastAudioCodec {
  /**
   * Checks a sample and returns its metadata and its `data`, without a copy.
   * Throws `ERR_AUDIO_INVALID_SAMPLE` for an invalid field, and `ERR_AUDIO_SIZE_MISMATCH` if the length of `data` does
   * not match the number of frames.
   *
   * @example
   * ```js
   * const { metadata, data } = codec.encode(sample);
   * ```
   */
  encode(sample: AudioSample): EncodedAudio {
    return { metadata: checkedMetadata(sample), data: sample.data };
  }

  /**
   * Checks metadata and bytes from a peer and returns a sample with the same `data`, without a copy.
   * Throws `ERR_AUDIO_INVALID_METADATA` for an invalid field, and `ERR_AUDIO_SIZE_MISMATCH` if the length of `data`
   * does not match the number of frames.
   *
   * @example
   * ```js
   * const sample = codec.decode(data, metadata);
   * console.log(`${sample.numberOfFrames} frames at ${sample.sampleRate} Hz`);
   * ```
   */
  decode(data: Uint8Array | undefined, metadata: AudioMetadata): AudioSample {
    const parsed = parseAudioMetadata(metadata);
    return { type: "audio", ...parsed, data: checkedData(parsed, data) };
  }
}

/**
 * Checks a sample and returns its metadata. Throws `ERR_AUDIO_INVALID_SAMPLE` for an invalid field, and
 * `ERR_AUDIO_SIZE_MISMATCH` if the length of `data` does not match the number of frames.
 */
export function checkedMetadata(sample: AudioSample): AudioMetadata {
  const metadata = readAudioMetadata(sample, "ERR_AUDIO_INVALID_SAMPLE");
  if (!isUint8Array(sample.data)) {
    throw new AudioCodecError("ERR_AUDIO_INVALID_SAMPLE", "data: must be a Uint8Array");
  }
  checkedData(metadata, sample.data);
  return metadata;
}

/** Returns the data. Throws `ERR_AUDIO_SIZE_MISMATCH` if its length does not match the number of frames in the metadata. */
function checkedData(metadata: AudioMetadata, data: Uint8Array | undefined): Uint8Array {
  const { format, numberOfChannels, numberOfFrames } = metadata;
  const expected = numberOfFrames * numberOfChannels * bytesPerSample[format];
  const bytes = isUint8Array(data) ? data : new Uint8Array();
  if (bytes.byteLength === expected) return bytes;
  throw new AudioCodecError(
    "ERR_AUDIO_SIZE_MISMATCH",
    `data must have ${expected} bytes for ${numberOfFrames} frames of ${numberOfChannels} ${format} channels, got ${bytes.byteLength}`,
  );
}
