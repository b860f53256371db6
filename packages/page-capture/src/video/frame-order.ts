/** Longest delay of a frame that arrives out of order, in seconds. A longer delay means that the clock was set back. */
const longestDelay = 1;

/** Detects frames that arrive after a newer frame, which happens because Chromium compresses frames in parallel. */
export class FrameOrder {
  #newest = Number.NEGATIVE_INFINITY;

  /** Returns false if a newer frame has already arrived. `timestamp` is the frame's time in seconds. */
  admit(timestamp: number): boolean {
    const delay = this.#newest - timestamp;
    if (delay > 0 && delay < longestDelay) return false;
    this.#newest = timestamp;
    return true;
  }

  /** Admits the next frame whatever its time is. */
  reset(): void {
    this.#newest = Number.NEGATIVE_INFINITY;
  }
}
