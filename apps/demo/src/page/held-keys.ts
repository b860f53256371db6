import type { KeyInput } from "../input-message.ts";

/** The keys that are down, so that none stays down when the keyboard goes elsewhere. */
export class HeldKeys {
  readonly #keys = new Map<string, KeyInput>();

  note(input: KeyInput): void {
    if (input.event === "down") this.#keys.set(input.code, input);
    else this.#keys.delete(input.code);
  }

  /** What lets go of all of them. */
  release(): KeyInput[] {
    const ups = [...this.#keys.values()].map(({ kind, key, code }) => {
      return { kind, event: "up", key, code } as const;
    });
    this.#keys.clear();
    return ups;
  }
}
