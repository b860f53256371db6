/**
 * How much faster the beat is than its limit. On the very beat of its source, one picture that was late, or a clock that is
 * a hair fast, would have each later picture wait for up to an interval, for good.
 */
const haste = 1.01;

/** The times at which pictures may go, evenly spaced, as a pure state machine: it is told the time, in ms. */
export class FramePacer {
  #interval = 0;
  #last = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;

  /** When the next one may go. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** At most this many a second from now on, or 1 % more where there are more; `undefined` for as many as there are. */
  limit(perSecond: number | undefined): void {
    const interval = perSecond === undefined ? 0 : 1000 / (perSecond * haste);
    if (interval === this.#interval) return;
    this.#interval = interval;
    this.#dueAt = this.#last + interval;
  }

  /** The next one may go at once, whatever the limit is by then. */
  reset(): void {
    this.#last = Number.NEGATIVE_INFINITY;
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  /** One goes now. Lateness of less than an interval does not move the beat, so that the rate is kept. */
  pass(now: number): void {
    const isOnBeat = now - this.#dueAt < this.#interval;
    this.#dueAt = (isOnBeat ? this.#dueAt : now) + this.#interval;
    this.#last = now;
  }
}
