/** Maximum time in ms from the capture of a frame to the arrival of its acknowledgement. */
const flightTime = 300;

/** Time without a new frame after which a lost frame is requested again, in ms. */
const quietTime = 100;

/**
 * Decides when the page must be captured anew, because its newest state may be in a frame that is lost. Chromium drops
 * frames while two frames are unacknowledged, and {@link FrameOrder} leaves out a frame whose time is wrong. Pure; times
 * are in ms.
 */
export class SecondLook {
  /** When to capture the page anew. `undefined` if the last frame certainly shows the newest state. */
  dueAt: number | undefined;
  #inFlightUntil = Number.NEGATIVE_INFINITY;

  /**
   * Notes a frame that has arrived. Chromium can capture again at `freeAt`, and everything is acknowledged at `idleAt`.
   */
  arrived(now: number, frame: { freeAt: number; idleAt: number; isLeftOut: boolean }): void {
    const canChromiumDrop = now < this.#inFlightUntil;
    this.#inFlightUntil = Math.max(this.#inFlightUntil, frame.idleAt + flightTime);
    const lookAt = Math.max(now, frame.freeAt) + quietTime;
    // A frame that is left out shows nothing new, so it does not postpone the look.
    if (frame.isLeftOut) this.dueAt ??= lookAt;
    else this.dueAt = canChromiumDrop ? lookAt : undefined;
  }

  /** Notes that the page was resized. Chromium sometimes sends no frame of the new size. */
  resized(now: number): void {
    this.#inFlightUntil = Math.max(this.#inFlightUntil, now + flightTime);
    this.dueAt ??= now + quietTime;
  }

  /** Notes that the page is captured anew. No earlier frame is in flight then. */
  reset(): void {
    this.dueAt = undefined;
    this.#inFlightUntil = Number.NEGATIVE_INFINITY;
  }
}
