import type { DurationSummary } from "@broadcast-ipc/clock";
import type { PayloadStats } from "@broadcast-ipc/ipc-channel";
import type { UploadCounts } from "@broadcast-ipc/protocol";

/**
 * Counters of an uploader, over all its connections. At any moment:
 *
 * - `captured` = `pending` + `sent` + `replaced` + `unwanted` + `failed` + `closed`, for video and for audio.
 * - `sent` + `repeated` ≤ `encoded` ≤ `captured` + `repeated`, for video.
 * - All receivers together have received at most `encoded` video frames and consumed at least `consumed`.
 */
export interface UploaderStats {
  /** Uploaded video frames, by outcome. */
  readonly video: UploadCounts & {
    /** Encoding of the last frame, `"raw"` for raw pixels; `undefined` before the first frame. */
    readonly encoding: string | undefined;
    /** Number of times that a frame was encoded or passed through unchanged. */
    readonly encoded: number;
    /** How many of `encoded` were repetitions: for another receiver, after a refresh or after a changed demand. */
    readonly repeated: number;
    /**
     * Number of frames that receivers reported as consumed, including frames that they could not decode or no longer
     * wanted.
     */
    readonly consumed: number;
    /** Number of frames that may be sent before the receiver grants more credit. */
    readonly credit: number;
  };
  /** Uploaded audio samples, by outcome. */
  readonly audio: UploadCounts;
  /** Encoding times, in ms, without frames that pass through unchanged. `undefined` if no frame was encoded. */
  readonly encodeTime: DurationSummary | undefined;
  /** Payload bytes of the samples that were sent. */
  readonly bytes: number;
  /** Number of connections so far. */
  readonly connections: number;
  /** How the large payloads of the present connection travel; `undefined` without one, or without the option `payloads`. */
  readonly payloads: PayloadStats | undefined;
}
