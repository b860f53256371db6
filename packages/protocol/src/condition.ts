/** Lets callers wait until a condition holds. Whoever changes what it depends on calls {@link check} afterwards. */
export class Condition {
  readonly #holds: () => boolean;
  #waiting: (() => void)[] = [];

  constructor(holds: () => boolean) {
    this.#holds = holds;
  }

  /** Resolves at once where the condition holds, else with the first {@link check} that finds it holding. */
  wait(): Promise<void> {
    if (this.#holds()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves what waits, where the condition holds now. */
  check(): void {
    if (this.#waiting.length === 0 || !this.#holds()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
