/** Longest delay of a frame that arrives out of order, in seconds. A longer delay means that the clock was set back. */
const longestDelay = 1;

/** Detects frames out of order. Chromium compresses frames in parallel, so a frame can arrive after a newer frame. */
export class FrameOrder {
  #newest = Number.NEGATIVE_INFINITY;

  /** Whether a frame is newer than all earlier frames. `timestamp` is the frame's wall-clock time in seconds. */
  admit(timestamp: number): boolean {
    const delay = this.#newest - timestamp;
    if (delay > 0 && delay < longestDelay) return false;
    this.#newest = timestamp;
    return true;
  }
}
