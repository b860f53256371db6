/** Fraction by which a source may exceed the limit without losing frames, because display rates are not exact. */
const tolerance = 0.01;

/**
 * Limits the frame rate. A frame that arrives before it is due waits, and a newer frame replaces the waiting frame. The
 * last frame is always delivered. A late frame does not postpone the next frame, so a source at exactly the limit is
 * not slowed down.
 */
export class FramePacer<T> {
  readonly #period: number;
  /** Extra wait in ms, during which an imminent newer frame can replace the waiting frame. */
  readonly #grace: number;
  readonly #deliver: (frame: T) => void;
  #due = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(framesPerSecond: number, deliver: (frame: T) => void) {
    this.#period = 1000 / (framesPerSecond * (1 + tolerance));
    this.#grace = this.#period / 4;
    this.#deliver = deliver;
  }

  /** Delivers a frame now, or when it is due unless a newer frame is offered first. */
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
    // #due is the earliest time for the next frame. After a pause, the next two frames are sent without a wait, as with
    // a token bucket of size two.
    this.#due = Math.max(this.#due + this.#period, performance.now());
    this.#deliver(frame);
  }
}
