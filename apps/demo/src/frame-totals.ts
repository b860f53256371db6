import type { ReceiverStats } from "@broadcast-ipc/receiver";
import type { CaptureCounts } from "./capture-messages.ts";

/** Counts of a run. `received` ≤ `sent`, and `sent` + `replaced` ≤ `captured`. */
export interface Totals {
  readonly captured: number;
  readonly sent: number;
  readonly received: number;
  readonly replaced: number;
  /** Bytes of the samples received. */
  readonly bytes: number;
}

/** Counts that the capture process has reported and that its receiver has counted so far. */
export interface CurrentCounts {
  readonly reported: CaptureCounts["video"] | undefined;
  readonly received: Pick<ReceiverStats, "bytes"> & {
    readonly video: Pick<ReceiverStats["video"], "received">;
  };
}

/** Adds up the counts of capture processes that run one after another. */
export class FrameTotals {
  #earlier: Totals = { captured: 0, sent: 0, received: 0, replaced: 0, bytes: 0 };
  #current: (() => CurrentCounts) | undefined;

  /** Starts to count for a capture process. Keeps the counts of the earlier ones. */
  begin(current: () => CurrentCounts): void {
    this.#earlier = this.now;
    this.#current = current;
  }

  /** The counts of all capture processes so far. */
  get now(): Totals {
    if (!this.#current) return this.#earlier;
    const { captured, sent, received, replaced, bytes } = this.#earlier;
    const counts = newTotals(this.#current());
    return {
      captured: captured + counts.captured,
      sent: sent + counts.sent,
      received: received + counts.received,
      replaced: replaced + counts.replaced,
      bytes: bytes + counts.bytes,
    };
  }
}

/**
 * Returns the counts of one capture process. Its reports come late, and a killed process sends none of its last frames.
 * Lower bounds replace what is missing: every received frame was sent, and every sent or replaced frame was captured.
 */
function newTotals({ reported, received: { video, bytes } }: CurrentCounts): Totals {
  // A frame that is sent again, for example in another size, is the same captured frame.
  const received = Math.max(0, video.received - (reported?.repeated ?? 0));
  const sent = Math.max(reported?.sent ?? 0, received);
  const replaced = reported?.replaced ?? 0;
  return { captured: Math.max(reported?.captured ?? 0, sent + replaced), sent, received, replaced, bytes };
}
