/**
 * Ratio of the paced rate to the demanded rate. With a ratio of 1 and a source at the demanded rate, one late frame or a
 * slightly fast clock would delay every later frame by up to an interval.
 */
const haste = 1.01;

/** Computes when the next video frame may be sent, so that frames are evenly spaced. Pure state machine; times are in ms. */
export class FramePacer {
  /** Earliest time at which the next frame may be sent. Only this class changes it. */
  dueAt: number = Number.NEGATIVE_INFINITY;
  #interval = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Sets the maximum rate, in frames per second. Up to 1 % more frames may be sent. `undefined` removes the limit. */
  limit(perSecond: number | undefined): void {
    const interval = perSecond === undefined ? 0 : 1000 / (perSecond * haste);
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.dueAt = this.#last + interval;
  }

  /** Makes the next frame due at once, even if the maximum rate changes before that frame is sent. */
  reset(): void {
    this.#last = Number.NEGATIVE_INFINITY;
    this.dueAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Records a frame that is sent now. A frame that is late by less than an interval does not shift the schedule, so the
   * rate is kept.
   */
  pass(now: number): void {
    const isOnTime = now - this.dueAt < this.#interval;
    this.dueAt = (isOnTime ? this.dueAt : now) + this.#interval;
    this.#last = now;
  }
}
