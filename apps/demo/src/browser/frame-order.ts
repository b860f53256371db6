/** Frames that are older than another one by more than this, in seconds, come from a clock that was set back. */
const longestDelay = 1;

/** Tells frames that come behind a newer one: Chromium compresses several at a time, and sends each when it is done. */
export class FrameOrder {
  #newest = Number.NEGATIVE_INFINITY;

  /** Whether a frame of this time, in seconds by the wall clock, is newer than all before it. */
  admit(timestamp: number): boolean {
    const delay = this.#newest - timestamp;
    if (delay > 0 && delay < longestDelay) return false;
    this.#newest = timestamp;
    return true;
  }
}
