/** Time from an acknowledgement to the arrival of the next frame, in ms: its capture, its compression and the way here. */
const lead = 40;

/**
 * Ratio of the rate of acknowledgements to the wanted rate. A source at the wanted rate is never delayed, and a slow
 * browser still has a frame whenever one is due.
 */
const surplus = 1.25;

/** Number of frames that are acknowledged at once after a pause. */
const burst = 3;

/**
 * Acknowledges the frames of a screencast: at once while the page changes no faster than wanted, and otherwise one for
 * each frame that is due. Chromium captures nothing while three frames are unacknowledged, so late acknowledgements keep
 * it from compressing frames that nobody wants. A page that changes too fast is captured just before its next frame is
 * due. Times are in ms, by `performance.now()`.
 *
 * `everyNthFrame` cannot do this: it counts changes of the page instead of time, and it drops the last change before a
 * pause.
 */
export class Acknowledgements {
  readonly #send: (sessionId: number) => void;
  #interval = 0;
  /** When the last acknowledgement would be sent if all were sent at even intervals (the generic cell rate algorithm). */
  #evenly = Number.NEGATIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #dueAt = Number.NEGATIVE_INFINITY;
  #waiting: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (sessionId: number) => void) {
    this.#send = send;
  }

  /** Sets the wanted rate, in frames per second. */
  limit(framesPerSecond: number): void {
    this.#interval = 1000 / (framesPerSecond * surplus);
  }

  /** When the browser can certainly capture a frame: now, unless acknowledgements wait. */
  get freeAt(): number {
    const now = performance.now();
    return this.#waiting.length === 0 ? now : this.#nextAt(now);
  }

  /** When everything will be acknowledged. */
  get idleAt(): number {
    return this.freeAt + Math.max(this.#waiting.length - 1, 0) * this.#interval;
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
    clearTimeout(this.#timer);
  }

  #nextAt(now: number): number {
    const at = this.#evenly - (burst - 1) * this.#interval;
    // Several acknowledgements wait only if the page changes too fast.
    if (at <= now && this.#waiting.length === 1) return now;
    return Math.max(at, this.#last + this.#interval, this.#dueAt - lead);
  }

  #run(): void {
    clearTimeout(this.#timer);
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const now = performance.now();
      const wait = this.#nextAt(now) - now;
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#run(), wait);
        return;
      }
      this.#waiting.shift();
      this.#last = now;
      this.#evenly = Math.max(this.#evenly, now) + this.#interval;
      this.#send(next);
    }
  }
}
