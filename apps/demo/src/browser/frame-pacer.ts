/** How much faster than asked a source may be and is still left alone: no display's beat is exactly what it says. */
const tolerance = 0.01;

/**
 * Thins out frames to a number a second without ever losing the last one: a frame that comes early waits, and gives way
 * to a newer one. One frame may come early without waiting, so that a source of the same pace is never held up.
 */
export class FramePacer<T> {
  readonly #period: number;
  /** How much longer a frame waits than it has to, for a newer one that is nearly there. */
  readonly #grace: number;
  readonly #deliver: (frame: T) => void;
  #due = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(framesPerSecond: number, deliver: (frame: T) => void) {
    this.#period = 1000 / (framesPerSecond * (1 + tolerance));
    this.#grace = this.#period / 4;
    this.#deliver = deliver;
  }

  /** Takes the newest frame; it is delivered at once or when its time comes. */
  offer(frame: T): void {
    this.stop();
    const early = this.#due - performance.now();
    if (early <= 0) this.#send(frame);
    else this.#timer = setTimeout(() => this.#send(frame), early + this.#grace);
  }

  /** Forgets the frame that waits. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #send(frame: T): void {
    // A token bucket for two: this is the earliest time for the frame after this one.
    this.#due = Math.max(this.#due + this.#period, performance.now());
    this.#deliver(frame);
  }
}
