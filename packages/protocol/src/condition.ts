/**
 * Lets callers wait until a condition holds. The owner calls {@link check} after each change that can affect the condition.
 *
 * @internal
 */
export class Condition {
  readonly #holds: () => boolean;
  #waiting: (() => void)[] = [];

  constructor(holds: () => boolean) {
    this.#holds = holds;
  }

  /** Resolves at once if the condition holds, otherwise in the first {@link check} at which it holds. */
  wait(): Promise<void> {
    if (this.#holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves the waiting promises if the condition holds. */
  check(): void {
    if (this.#waiting.length === 0 || !this.#holds()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
