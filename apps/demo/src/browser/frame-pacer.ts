/** How much faster than the limit a source may be without being thinned out, since displays do not run at exact rates. */
const tolerance = 0.01;

/**
 * Limits the frame rate without ever losing the last frame: a frame that comes early waits, and a newer one replaces it.
 * One frame may come early without waiting, so that a source at exactly the limit is not delayed.
 */
export class FramePacer<T> {
  readonly #period: number;
  /** Extra waiting time, so that a newer frame that is about to arrive can replace the waiting one. */
  readonly #grace: number;
  readonly #deliver: (frame: T) => void;
  #due = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(framesPerSecond: number, deliver: (frame: T) => void) {
    this.#period = 1000 / (framesPerSecond * (1 + tolerance));
    this.#grace = this.#period / 4;
    this.#deliver = deliver;
  }

  /** Takes the newest frame and delivers it now or when it is due. */
  offer(frame: T): void {
    this.stop();
    const early = this.#due - performance.now();
    if (early <= 0) this.#send(frame);
    else this.#timer = setTimeout(() => this.#send(frame), early + this.#grace);
  }

  /** Discards the waiting frame. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #send(frame: T): void {
    // A token bucket of two: the earliest time for the frame after this one.
    this.#due = Math.max(this.#due + this.#period, performance.now());
    this.#deliver(frame);
  }
}
