/** Time from an acknowledgement to the arrival of the next frame, in ms: its capture, its compression and the way here. */
const lead = 40;

/** Shortest interval of acknowledgements as a part of the interval of frames. Early frames are not held up by it. */
const slack = 0.8;

/**
 * Acknowledges the frames of a screencast, one for each frame that is due. Chromium captures nothing while three frames
 * are unacknowledged, so late acknowledgements keep it from compressing frames that nobody wants. A page that changes all
 * the time is captured just before its next frame is due. Times are in ms, by `performance.now()`.
 *
 * `everyNthFrame` cannot do this: it counts changes of the page instead of time, and it drops the last change before a
 * pause.
 */
export class Acknowledgements {
  readonly #send: (sessionId: number) => void;
  #period = 0;
  #last = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;
  #waiting: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (sessionId: number) => void) {
    this.#send = send;
  }

  /** Sets the wanted rate, in frames per second. */
  limit(framesPerSecond: number): void {
    this.#period = 1000 / framesPerSecond;
  }

  /** When the browser can capture the next frame: now or earlier, unless acknowledgements wait. */
  get freeAt(): number {
    return this.#waiting.length === 0 ? this.#last : this.#nextAt;
  }

  /** When everything will be acknowledged. */
  get idleAt(): number {
    return this.freeAt + Math.max(this.#waiting.length - 1, 0) * this.#period * slack;
  }

  /** Acknowledges a frame that has arrived. */
  add(sessionId: number): void {
    this.#waiting.push(sessionId);
    this.#run();
  }

  /** Sets when the next frame is due. */
  expect(dueAt: number): void {
    this.#dueAt = dueAt;
    this.#run();
  }

  /** Forgets the frames that are not acknowledged yet. */
  clear(): void {
    this.#waiting = [];
    this.#last = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
  }

  get #nextAt(): number {
    return Math.max(this.#last + this.#period * slack, this.#dueAt - lead);
  }

  #run(): void {
    clearTimeout(this.#timer);
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const now = performance.now();
      const wait = this.#nextAt - now;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#run(), wait);
        return;
      }
      this.#waiting.shift();
      this.#last = now;
      this.#send(next);
    }
  }
}
