import { isUint8Array } from "node:util/types";
import { AudioCodecError } from "./audio-codec-error.ts";
import { type AudioMetadata, audioMetadataSchema, parseAudioMetadata } from "./audio-metadata.ts";
import type { AudioSample } from "./audio-sample.ts";
import { bytesPerSample } from "./bytes-per-sample.ts";
import { validate } from "./validate.ts";

/** A stretch of sound on its way to another process. */
export interface EncodedAudio {
  readonly metadata: AudioMetadata;
  /** The sample's own `data`. */
  readonly data: Uint8Array;
}

/** Turns PCM into metadata and bytes that can be sent, and back, without a copy. It holds no state. */
export class BroadcastAudioCodec {
  /**
   * Throws `AudioCodecError`: `ERR_AUDIO_INVALID_SAMPLE` for a bad field, `ERR_AUDIO_SIZE_MISMATCH` unless
   * `data` holds exactly the frames that the sample claims.
   */
  encode(sample: AudioSample): EncodedAudio {
    const metadata = validate(audioMetadataSchema, sample, "ERR_AUDIO_INVALID_SAMPLE");
    if (!isUint8Array(sample.data)) {
      throw new AudioCodecError("ERR_AUDIO_INVALID_SAMPLE", "data: Invalid type: Expected Uint8Array");
    }
    return { metadata, data: exactly(metadata, sample.data) };
  }

  /**
   * Checks what a peer sent, metadata and bytes; the sample holds `data` itself.
   * Throws `AudioCodecError`: `ERR_AUDIO_INVALID_METADATA` for a bad field, `ERR_AUDIO_SIZE_MISMATCH` unless
   * `data` holds exactly the frames that the metadata claims.
   */
  decode(data: Uint8Array | undefined, metadata: AudioMetadata): AudioSample {
    const parsed = parseAudioMetadata(metadata);
    return { type: "audio", ...parsed, data: exactly(parsed, data) };
  }
}

/** The data, which must hold exactly the frames that the metadata claims. */
function exactly(metadata: AudioMetadata, data: Uint8Array | undefined): Uint8Array {
  const { format, numberOfChannels, numberOfFrames } = metadata;
  const expected = numberOfFrames * numberOfChannels * bytesPerSample[format];
  const bytes = isUint8Array(data) ? data : new Uint8Array();
  if (bytes.byteLength === expected) return bytes;
  throw new AudioCodecError(
    "ERR_AUDIO_SIZE_MISMATCH",
    `${numberOfFrames} frames of ${numberOfChannels} ${format} channels are ${expected} bytes, got ${bytes.byteLength}`,
  );
}
