/** Counters of a screencast. */
export interface ScreencastCounts {
  /** Frames that the browser has sent. */
  captured: number;
  /** Frames that arrived after a newer frame. */
  outOfOrder: number;
  /** Frames equal to the frame before. */
  unchanged: number;
  /** Frames that a newer frame replaced before they were due. */
  replaced: number;
  /** Frames that were delivered. */
  delivered: number;
}

/** Returns new counters, all 0. */
export function noFrames(): ScreencastCounts {
  return { captured: 0, outOfOrder: 0, unchanged: 0, replaced: 0, delivered: 0 };
}
