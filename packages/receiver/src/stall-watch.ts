/**
 * Whether the consumer has waited for a picture for too long, as a pure state machine: it is told the time, in ms.
 *
 * The wait for a picture begins when the consumer comes for the first sample after the picture before. Sound in between
 * does not end it.
 */
export class StallWatch {
  readonly #stallAfter: number;
  #since: number | undefined;
  #isStalled = false;

  constructor(stallAfter: number) {
    this.#stallAfter = stallAfter;
  }

  /** When the wait has lasted too long; `undefined` where nobody waits, or it has already. */
  get dueAt(): number | undefined {
    return this.#since === undefined || this.#isStalled ? undefined : this.#since + this.#stallAfter;
  }

  /** The consumer waits for a picture. */
  wait(now: number): void {
    this.#since ??= now;
  }

  /** No picture is wanted. */
  reset(): void {
    this.#since = undefined;
  }

  /** `true` where the wait has lasted too long by now, once. */
  check(now: number): boolean {
    const { dueAt } = this;
    if (dueAt === undefined || now < dueAt) return false;
    this.#isStalled = true;
    return true;
  }

  /** A picture is there; `true` where that ends a wait that had lasted too long. */
  arrive(): boolean {
    const wasStalled = this.#isStalled;
    this.#since = undefined;
    this.#isStalled = false;
    return wasStalled;
  }
}
