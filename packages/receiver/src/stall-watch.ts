/**
 * Detects that the consumer waits too long for a video frame. Pure state machine: the caller passes the time, in ms.
 *
 * A wait starts when the consumer first requests a sample after the previous frame. Audio samples do not end the wait.
 */
export class StallWatch {
  readonly #stallAfter: number;
  #since: number | undefined;
  #isStalled = false;

  constructor(stallAfter: number) {
    this.#stallAfter = stallAfter;
  }

  /**
   * Time at which the wait becomes a stall; `undefined` if the consumer does not wait, or the stall has already been
   * reported.
   */
  get dueAt(): number | undefined {
    return this.#since === undefined || this.#isStalled ? undefined : this.#since + this.#stallAfter;
  }

  /** Starts a wait for a frame. Has no effect during a wait. */
  wait(now: number): void {
    this.#since ??= now;
  }

  /** Ends the wait, because no video is wanted. */
  reset(): void {
    this.#since = undefined;
  }

  /** Returns `true` once for each stall, at the first check after it started. */
  check(now: number): boolean {
    const { dueAt } = this;
    if (dueAt === undefined || now < dueAt) return false;
    this.#isStalled = true;
    return true;
  }

  /** Ends the wait, because a frame is ready. Returns `true` if the wait was a stall. */
  arrive(): boolean {
    const wasStalled = this.#isStalled;
    this.#since = undefined;
    this.#isStalled = false;
    return wasStalled;
  }
}
