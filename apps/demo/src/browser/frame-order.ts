/** Seconds. A frame that is older than the newest one by more than this shows that the clock was set back. */
const longestDelay = 1;

/** Detects frames that arrive after a newer one: Chromium compresses several in parallel and sends each when it is done. */
export class FrameOrder {
  #newest = Number.NEGATIVE_INFINITY;

  /** Whether a frame is newer than all earlier ones; `timestamp` is its wall-clock time in seconds. */
  admit(timestamp: number): boolean {
    const delay = this.#newest - timestamp;
    if (delay > 0 && delay < longestDelay) return false;
    this.#newest = timestamp;
    return true;
  }
}
