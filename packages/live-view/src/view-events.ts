import { warnOfFailure } from "@broadcast-ipc/protocol";
import type { Refusal } from "./access/admission.ts";
import type { LiveViewEvents } from "./live-view-events.ts";

let views = 0;

/** Emits an event of a view. Returns `false` if it has no listener. */
export type EmitEvent = <Name extends keyof LiveViewEvents>(
  name: Name,
  ...args: LiveViewEvents[Name]
) => boolean;

/** Emits the events of one view in the next tick, so that a listener that throws does not interrupt the view. */
export class ViewEvents {
  readonly #id = `live view ${++views}`;
  readonly #emit: EmitEvent;
  #refused = 0;

  constructor(emit: EmitEvent) {
    this.#emit = emit;
  }

  /** Number of refusals. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when all listeners have returned, or one of them has thrown. */
  tell<Name extends keyof LiveViewEvents>(name: Name, ...args: LiveViewEvents[Name]): Promise<void> {
    return new Promise((resolve) => {
      process.nextTick(() => {
        try {
          this.#emit(name, ...args);
        } finally {
          resolve();
        }
      });
    });
  }

  readonly fail: (thrown: unknown) => void = (thrown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
    process.nextTick(() => {
      if (!this.#emit("failure", error)) this.#warn(error, "failure");
    });
  };

  readonly refuse: (refusal: Refusal) => void = (refusal) => {
    this.#refused++;
    process.nextTick(() => {
      if (this.#emit("refused", refusal)) return;
      const error = new Error(`a viewer was refused (${refusal.status}): ${refusal.reason}`);
      this.#warn(Object.assign(error, { code: `ERR_LIVE_VIEW_REFUSED_${refusal.status}` }), "refused");
    });
  };

  /** Emits a process warning, once for each reason. */
  #warn(error: Error, event: string): void {
    const detail = `This warning appears once for each reason. Listen to "${event}" to receive every one.`;
    warnOfFailure(error, { id: this.#id, label: "live view", detail }, event);
  }
}
