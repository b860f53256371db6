/**
 * What became of an uploaded sample: the kernel has taken it, a newer one took its place (for sound: it was the oldest
 * when the bound was hit), nobody wanted it, it could not be encoded or sent, or the connection had ended.
 */
export type UploadOutcome = "sent" | "replaced" | "unwanted" | "failed" | "closed";

/** How many samples were uploaded, and what became of them; `pending` are those not settled yet. */
export type UploadCounts = Readonly<Record<UploadOutcome | "captured" | "pending", number>>;

/** Counts samples by their outcome, so that captured = the sum of the rest at any moment. */
export class UploadCounter {
  readonly #counts = { captured: 0, pending: 0, sent: 0, replaced: 0, unwanted: 0, failed: 0, closed: 0 };

  get counts(): UploadCounts {
    return { ...this.#counts };
  }

  /** Counts a sample, and wraps its settling: it settles once, and that is counted. */
  enter(settle: (outcome: UploadOutcome) => void): (outcome: UploadOutcome) => void {
    this.#counts.captured++;
    this.#counts.pending++;
    let isSettled = false;
    return (outcome) => {
      if (isSettled) return;
      isSettled = true;
      this.#counts.pending--;
      this.#counts[outcome]++;
      settle(outcome);
    };
  }
}
