import type { DurationSummary, UploadCounts } from "@broadcast-ipc/protocol";

/**
 * What an uploader has done so far, over all its connections. At any moment:
 *
 * - `captured` = `pending` + `sent` + `replaced` + `unwanted` + `failed` + `closed`, for pictures and for sound.
 * - `sent` + `repeated` ≤ `encoded` ≤ `captured` + `repeated`, for pictures.
 * - All its receivers together have received at most `encoded` pictures, and `consumed` of them at least are done with there.
 */
export interface UploaderStats {
  /** Pictures that were uploaded, by outcome. */
  readonly video: UploadCounts & {
    /** How the last picture was encoded, `"raw"` where it was not; `undefined` before the first one. */
    readonly encoding: string | undefined;
    /** How often a picture was encoded, or passed through, without an error. */
    readonly encoded: number;
    /** How many of those had been encoded before: for a receiver before, before a refresh, or before the demand changed. */
    readonly repeated: number;
    /** How many pictures receivers have said to be done with: consumed, not decodable, or not wanted any more. */
    readonly consumed: number;
    /** How many may be sent before the receiver gives more credit. */
    readonly credit: number;
  };
  /** Stretches of sound that were uploaded, by outcome. */
  readonly audio: UploadCounts;
  /** What encoding took, in ms, where anything was to be done; `undefined` where nothing was. */
  readonly encodeTime: DurationSummary | undefined;
  /** Bytes of encoded pictures and sound that were sent. */
  readonly bytes: number;
  /** How often a receiver was connected to. */
  readonly connections: number;
}
