/**
 * What became of an uploaded sample:
 *
 * - `"sent"`: the kernel has taken it. With `delivery: "all"`, the receiver has consumed it.
 * - `"replaced"`: a newer video frame took its place, or it was the oldest audio when a bound was hit.
 * - `"unwanted"`: the receiver does not want samples of its type.
 * - `"failed"`: it was invalid, or could not be encoded or sent.
 * - `"closed"`: the uploader or the connection ended before it was sent.
 */
export type UploadOutcome = "sent" | "replaced" | "unwanted" | "failed" | "closed";

/**
 * The number of uploaded samples (`captured`), by outcome; `pending` samples have no outcome yet. `captured` is the sum of
 * the other counts at any moment.
 */
export type UploadCounts = Readonly<Record<UploadOutcome | "captured" | "pending", number>>;

/**
 * The counts before the first upload. Each lane counts its own samples in them.
 *
 * @internal
 */
export function noUploads(): Record<keyof UploadCounts, number> {
  return { captured: 0, pending: 0, sent: 0, replaced: 0, unwanted: 0, failed: 0, closed: 0 };
}
