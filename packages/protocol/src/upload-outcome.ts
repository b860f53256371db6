/**
 * The outcome of an upload:
 *
 * - `"sent"`: The sample was written to the socket. With `delivery: "all"`, the receiver has consumed it.
 * - `"replaced"`: A newer video frame replaced the sample, or a bound was exceeded: the sample was the oldest audio, or, with
 *   `delivery: "all"`, the newest video frame.
 * - `"unwanted"`: The receiver does not want samples of this type.
 * - `"failed"`: The sample was invalid, or could not be encoded or sent.
 * - `"closed"`: The uploader or the connection ended before the sample was sent.
 */
export type UploadOutcome = "sent" | "replaced" | "unwanted" | "failed" | "closed";

/**
 * Numbers of uploaded samples by outcome. `pending` samples have no outcome yet. `captured` is always `pending` plus the
 * counts of all outcomes.
 */
export type UploadCounts = Readonly<Record<UploadOutcome | "captured" | "pending", number>>;

/**
 * Returns new counts, all 0.
 *
 * @internal
 */
export function noUploads(): Record<keyof UploadCounts, number> {
  return { captured: 0, pending: 0, sent: 0, replaced: 0, unwanted: 0, failed: 0, closed: 0 };
}
