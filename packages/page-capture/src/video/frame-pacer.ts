/** Fraction by which a source may exceed the limit without losing frames, because display rates are not exact. */
const tolerance = 0.01;

/** Maximum extra wait in ms, during which an imminent newer frame can replace the waiting frame. */
const longestGrace = 10;

/**
 * Limits the frame rate. A frame that arrives before it is due waits, and a newer frame replaces the waiting frame. The
 * last frame is always delivered. A late frame does not postpone the next frame, so a source at exactly the limit is
 * not slowed down.
 */
export class FramePacer<T> {
  /** Number of frames that a newer frame has replaced. */
  replaced = 0;
  /** Earliest time at which a frame is delivered, by `performance.now()`. Only this class changes it. */
  dueAt: number = Number.NEGATIVE_INFINITY;
  #period = 0;
  readonly #deliver: (frame: T) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(framesPerSecond: number, deliver: (frame: T) => void) {
    this.#deliver = deliver;
    this.limit(framesPerSecond);
  }

  /** Sets the limit for the frames that are offered from now on. */
  limit(framesPerSecond: number): void {
    const period = 1000 / (framesPerSecond * (1 + tolerance));
    this.dueAt += period - this.#period;
    this.#period = period;
  }

  /** Delivers a frame now, or when it is due unless a newer frame is offered first. */
  offer(frame: T): void {
    if (this.#timer) this.replaced++;
    this.stop();
    const early = this.dueAt - performance.now();
    if (early <= 0) this.#send(frame);
    else this.#timer = setTimeout(() => this.#send(frame), early + Math.min(this.#period / 4, longestGrace));
  }

  /** Discards the waiting frame. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #send(frame: T): void {
    this.#timer = undefined;
    // dueAt is the earliest time for the next frame. After a pause, the next two frames are sent without a wait, as with
    // a token bucket of size two.
    this.dueAt = Math.max(this.dueAt + this.#period, performance.now());
    this.#deliver(frame);
  }
}
