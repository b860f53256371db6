import * as v from "valibot";
import { AudioCodecError, type AudioCodecErrorCode } from "./audio-codec-error.ts";
import type { AudioSampleFormat } from "./audio-sample.ts";

/** Bytes of one PCM value in each format. An audio frame has one value for each channel. */
export const bytesPerSample: Readonly<Record<AudioSampleFormat, number>> = { s16: 2, f32: 4 };

/** Fields to send with the bytes of interleaved PCM: only strings and numbers, so any serialization can carry them. */
export interface AudioMetadata {
  /** Format of the PCM values. */
  readonly format: AudioSampleFormat;
  /** Audio frames per second, 1 to 768000. */
  readonly sampleRate: number;
  /** Number of channels, 1 to 32. */
  readonly numberOfChannels: number;
  /** Number of audio frames in the data, 1 or more. An audio frame has one value for each channel. */
  readonly numberOfFrames: number;
  /** Capture time of the first audio frame, in whole microseconds of the machine's monotonic clock, 0 or more. */
  readonly timestamp: number;
}

const audioMetadata: v.GenericSchema<unknown, AudioMetadata> = v.object({
  format: v.picklist(Object.keys(bytesPerSample) as AudioSampleFormat[]),
  // Chromium's WebCodecs has the same upper limits for sampleRate and numberOfChannels.
  sampleRate: integer(1, 768_000),
  numberOfChannels: integer(1, 32),
  numberOfFrames: integer(1),
  timestamp: integer(0),
});

/**
 * Checks metadata from a peer and returns it without unknown fields.
 * Throws `ERR_AUDIO_INVALID_METADATA` with a message that starts with the name of the invalid field.
 */
export function parseAudioMetadata(value: unknown): AudioMetadata {
  return readAudioMetadata(value, "ERR_AUDIO_INVALID_METADATA");
}

/**
 * Returns the metadata fields of any object, for example of a sample. If a field is invalid, throws an error with
 * `code` and a message that starts with the name of the field.
 */
export function readAudioMetadata(value: unknown, code: AudioCodecErrorCode): AudioMetadata {
  const result = v.safeParse(audioMetadata, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue);
  throw new AudioCodecError(code, field ? `${field}: ${issue.message}` : issue.message);
}

/**
 * Schema of an integer from `least` to `most`. It returns a number, and also accepts a `bigint`, because encoders in
 * other languages write integers in different widths. Integers beyond 2^53 - 1 are rejected, because a number cannot
 * represent them exactly.
 */
function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<unknown, number> {
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  return v.pipe(
    v.custom<number | bigint>(
      isWithin,
      ({ received }) => `must be an integer from ${least} to ${most}, got ${received}`,
    ),
    v.transform(Number),
  );
}
