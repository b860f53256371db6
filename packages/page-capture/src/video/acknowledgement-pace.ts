/** Ratio of the rate of acknowledgements to the wanted rate, so that a newer frame is there whenever one is due. */
const surplus = 1.25;

/**
 * Decides when the frames of a screencast are acknowledged. Chromium captures nothing while three frames are
 * unacknowledged, so late acknowledgements keep it from compressing frames that nobody wants. Pure; times are in ms.
 *
 * `everyNthFrame` cannot do this: it counts changes of the page instead of time, and it drops the last change before a
 * pause.
 */
export class AcknowledgementPace {
  #period = 0;
  #next = Number.NEGATIVE_INFINITY;

  /** Sets the wanted rate, in frames per second. */
  limit(framesPerSecond: number): void {
    this.#period = 1000 / (framesPerSecond * surplus);
  }

  /** Returns when to acknowledge a frame that arrives now. After a pause, two frames may follow each other at once. */
  next(now: number): number {
    const at = Math.max(this.#next, now);
    this.#next = Math.max(this.#next, now - this.#period) + this.#period;
    return at;
  }

  /** Forgets the frames that are not acknowledged yet, because the screencast was restarted. */
  reset(now: number): void {
    this.#next = Math.min(this.#next, now);
  }
}
