import type { DurationSummary, UploadCounts } from "@broadcast-ipc/protocol";

/** What an uploader has done so far, over all its connections. */
export interface UploaderStats {
  /** Pictures that were uploaded; `captured` is the sum of the other outcomes and `pending`, at any moment. */
  readonly video: UploadCounts & {
    /** How the last picture was encoded, `"raw"` where it was not; `undefined` before the first one. */
    readonly encoding: string | undefined;
    /** How often a picture was encoded, or passed through; one that is sent again counts again. */
    readonly encoded: number;
    /** How many pictures receivers have said to be done with. */
    readonly consumed: number;
    /** How many may be sent before the receiver gives more credit. */
    readonly credit: number;
  };
  /** Stretches of sound that were uploaded; `captured` is the sum of the other outcomes and `pending`, at any moment. */
  readonly audio: UploadCounts;
  /** What encoding took, in ms, where anything was to be done; `undefined` where nothing was. */
  readonly encodeTime: DurationSummary | undefined;
  /** Bytes of encoded pictures and sound that were sent. */
  readonly bytes: number;
  /** How often a receiver was connected to. */
  readonly connections: number;
}
