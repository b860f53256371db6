/**
 * Detects that the consumer waits too long for a video frame. A pure state machine: the caller passes the time, in ms.
 *
 * The wait begins when the consumer first asks for a sample after the previous frame. Audio samples do not end it.
 */
export class StallWatch {
  readonly #stallAfter: number;
  #since: number | undefined;
  #isStalled = false;

  constructor(stallAfter: number) {
    this.#stallAfter = stallAfter;
  }

  /** The time at which the wait becomes a stall; `undefined` if the consumer does not wait, or the stall has begun. */
  get dueAt(): number | undefined {
    return this.#since === undefined || this.#isStalled ? undefined : this.#since + this.#stallAfter;
  }

  /** The consumer waits for a frame. Has no effect during a wait. */
  wait(now: number): void {
    this.#since ??= now;
  }

  /** Ends the wait, because no video is wanted. */
  reset(): void {
    this.#since = undefined;
  }

  /** Returns `true` once for each stall, as soon as it has begun. */
  check(now: number): boolean {
    const { dueAt } = this;
    if (dueAt === undefined || now < dueAt) return false;
    this.#isStalled = true;
    return true;
  }

  /** A frame is ready. Returns `true` if that ends a stall. */
  arrive(): boolean {
    const wasStalled = this.#isStalled;
    this.#since = undefined;
    this.#isStalled = false;
    return wasStalled;
  }
}
