import * as v from "valibot";
import type { AudioSampleFormat } from "./audio-sample.ts";
import { bytesPerSample } from "./bytes-per-sample.ts";
import { validate } from "./validate.ts";

/** What travels beside the bytes of interleaved PCM: plain values only, so that any format can carry it. */
export interface AudioMetadata {
  readonly format: AudioSampleFormat;
  /** Frames a second, 1 to 768000 Hz. */
  readonly sampleRate: number;
  /** 1 to 32. */
  readonly numberOfChannels: number;
  /** Frames in the data, 1 or more; a frame is one number for each channel. */
  readonly numberOfFrames: number;
  /** Whole microseconds of the capturing machine's monotonic clock at the first frame, 0 or more. */
  readonly timestamp: number;
}

/** Takes the fields of the metadata from anything that has them, a sample too; other fields are left out. */
export const audioMetadataSchema: v.GenericSchema<unknown, AudioMetadata> = v.object({
  format: v.picklist(Object.keys(bytesPerSample) as AudioSampleFormat[]),
  // The upper limits of rate and channels are those of Chromium's WebCodecs.
  sampleRate: integer(1, 768_000),
  numberOfChannels: integer(1, 32),
  numberOfFrames: integer(1),
  timestamp: integer(0),
});

/**
 * Checks metadata that came from a peer and returns it without fields that this version does not know.
 * Throws `AudioCodecError` with code `ERR_AUDIO_INVALID_METADATA`, its message naming the field.
 */
export function parseAudioMetadata(value: unknown): AudioMetadata {
  return validate(audioMetadataSchema, value, "ERR_AUDIO_INVALID_METADATA");
}

/**
 * An integer from a peer, as a number. Peers send integers in different widths: a float with a whole value and a `bigint`
 * are accepted too. Integers beyond 2^53 - 1 are refused, because a number cannot represent them exactly.
 */
function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<unknown, number> {
  const isWithin = (input: unknown): boolean => {
    const value = typeof input === "bigint" ? Number(input) : input;
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  };
  return v.pipe(
    v.custom<number | bigint>(
      isWithin,
      ({ received }) => `Invalid integer: Expected ${least} to ${most} but received ${received}`,
    ),
    v.transform(Number),
  );
}
