import type { UploadCounts } from "@broadcast-ipc/protocol";

/** What an uploader has done so far. In each lane `captured` is the sum of the other counts, at any moment. */
export interface UploaderStats {
  readonly video: UploadCounts;
  readonly audio: UploadCounts;
  /** Bytes of encoded pictures and sound that were sent. */
  readonly bytes: number;
}
