import type { DurationSummary } from "@broadcast-ipc/clock";
import type { UploadCounts } from "@broadcast-ipc/protocol";

/**
 * Counters of an uploader, over all its connections. At any moment:
 *
 * - `captured` = `pending` + `sent` + `replaced` + `unwanted` + `failed` + `closed`, for pictures and for sound.
 * - `sent` + `repeated` ≤ `encoded` ≤ `captured` + `repeated`, for pictures.
 * - All its receivers together have received at most `encoded` pictures and consumed at least `consumed` of them.
 */
export interface UploaderStats {
  /** Uploaded pictures, by outcome. */
  readonly video: UploadCounts & {
    /** How the last picture was encoded, `"raw"` where it was not; `undefined` before the first one. */
    readonly encoding: string | undefined;
    /** How often a picture was encoded or passed through successfully. */
    readonly encoded: number;
    /** How many of those had been encoded before: for another receiver, or before a refresh or a changed demand. */
    readonly repeated: number;
    /** How many pictures receivers have reported as consumed; includes those they could not decode or no longer wanted. */
    readonly consumed: number;
    /** How many may be sent before the receiver gives more credit. */
    readonly credit: number;
  };
  /** Uploaded stretches of sound, by outcome. */
  readonly audio: UploadCounts;
  /** What encoding took, in ms, where anything was to be done; `undefined` where nothing was. */
  readonly encodeTime: DurationSummary | undefined;
  /** Bytes of encoded pictures and sound that were sent. */
  readonly bytes: number;
  /** How often a receiver was connected to. */
  readonly connections: number;
}
