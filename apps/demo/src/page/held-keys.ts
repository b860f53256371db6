import type { KeyInput } from "../input-message.ts";

/** Tracks the keys that are down, so that they can be released when the video loses the focus. */
export class HeldKeys {
  readonly #keys = new Map<string, KeyInput>();

  note(input: KeyInput): void {
    if (input.event === "down") this.#keys.set(input.code, input);
    else this.#keys.delete(input.code);
  }

  /** Returns the input messages that release all keys, and clears the keys. */
  release(): KeyInput[] {
    const ups = [...this.#keys.values()].map(({ kind, key, code }) => {
      return { kind, event: "up", key, code } as const;
    });
    this.#keys.clear();
    return ups;
  }
}
