import { warnOfFailure } from "@broadcast-ipc/protocol";

let captures = 0;

/** Reports failures to the listeners of "failure", or once for each code as a process warning if there are none. */
export class FailureEvents {
  readonly #id = `page capture ${++captures}`;
  readonly #emit: (error: Error) => boolean;
  /** The failures before {@link open}, which wait until the caller can have added listeners. */
  #early: Error[] | undefined = [];

  constructor(emit: (error: Error) => boolean) {
    this.#emit = emit;
  }

  /** Reports the failures so far. Called when the start resolves; the caller adds its listeners right after that. */
  open(): void {
    setImmediate(() => {
      const early = this.#early ?? [];
      this.#early = undefined;
      for (const error of early) this.#report(error);
    });
  }

  report(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
    // Emitted in the next tick, so that a listener that throws does not interrupt the caller.
    if (this.#early) this.#early.push(error);
    else process.nextTick(() => this.#report(error));
  }

  #report(error: Error): void {
    if (this.#emit(error)) return;
    warnOfFailure(error, {
      id: this.#id,
      label: "page capture",
      detail: 'This warning appears once for each reason. Listen to "failure" to receive every failure.',
    });
  }
}
