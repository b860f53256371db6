/**
 * How much shorter the interval is than the limit asks for. At the source's exact rate, one late frame or a slightly fast
 * clock would delay every later frame by up to an interval, permanently.
 */
const haste = 1.01;

/** Says when the next video frame may be sent, so that frames are evenly spaced. A pure state machine; times are in ms. */
export class FramePacer {
  /** The earliest time for the next frame. Only this class changes it. */
  dueAt: number = Number.NEGATIVE_INFINITY;
  #interval = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Sets the maximum rate, in frames a second; up to 1 % more may pass. `undefined` removes the limit. */
  limit(perSecond: number | undefined): void {
    const interval = perSecond === undefined ? 0 : 1000 / (perSecond * haste);
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.dueAt = this.#last + interval;
  }

  /** Allows the next frame at once, whatever the limit is by then. */
  reset(): void {
    this.#last = Number.NEGATIVE_INFINITY;
    this.dueAt = Number.NEGATIVE_INFINITY;
  }

  /** A frame is sent now. A frame that is late by less than an interval does not shift the schedule, so the rate is kept. */
  pass(now: number): void {
    const isOnTime = now - this.dueAt < this.#interval;
    this.dueAt = (isOnTime ? this.dueAt : now) + this.#interval;
    this.#last = now;
  }
}
