import type { DurationSummary } from "@broadcast-ipc/clock";
import type { UploadCounts } from "@broadcast-ipc/protocol";

/**
 * Counters of an uploader, over all its connections. At any moment:
 *
 * - `captured` = `pending` + `sent` + `replaced` + `unwanted` + `failed` + `closed`, for video and for audio.
 * - `sent` + `repeated` ≤ `encoded` ≤ `captured` + `repeated`, for video.
 * - All receivers together have received at most `encoded` video frames and consumed at least `consumed` of them.
 */
export interface UploaderStats {
  /** Uploaded video frames, by outcome. */
  readonly video: UploadCounts & {
    /** The encoding of the last frame, `"raw"` for raw pixels; `undefined` before the first frame. */
    readonly encoding: string | undefined;
    /** How often a frame was encoded, or passed through unchanged. */
    readonly encoded: number;
    /** How many of those were encoded again: for another receiver, after a refresh or after a changed demand. */
    readonly repeated: number;
    /** How many frames receivers have reported as consumed, including frames that they could not decode or no longer wanted. */
    readonly consumed: number;
    /** How many frames may be sent before the receiver gives more credit. */
    readonly credit: number;
  };
  /** Uploaded audio samples, by outcome. */
  readonly audio: UploadCounts;
  /** How long encoding took, in ms. Samples that pass through unchanged do not count; `undefined` if there are no others. */
  readonly encodeTime: DurationSummary | undefined;
  /** Payload bytes of the samples that were sent. */
  readonly bytes: number;
  /** The number of connections so far. */
  readonly connections: number;
}
