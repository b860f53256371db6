import type { InputModifiers, KeyInput } from "@broadcast-ipc/protocol";

/** Keys that modify others, and the field that reports them. */
const modifierFields: Readonly<Record<string, keyof InputModifiers>> = {
  Alt: "alt",
  Control: "ctrl",
  Meta: "meta",
  Shift: "shift",
};

/** Tracks the keys that are down, so that no key stays down when the browser does not report its release. */
export class HeldKeys {
  readonly #keys = new Map<string, KeyInput>();

  get isEmpty(): boolean {
    return this.#keys.size === 0;
  }

  press(input: KeyInput): void {
    this.#keys.set(idOf(input), input);
  }

  /** Returns the input for a key that is released: none if the key is not held. */
  lift(key: { readonly key: string; readonly code: string }, modifiers: InputModifiers): KeyInput[] {
    const held = this.#keys.get(idOf(key));
    if (held === undefined) return [];
    this.#keys.delete(idOf(key));
    // The key's name may differ from that of the press if Shift was pressed or released meanwhile.
    return [up(held, modifiers)];
  }

  /**
   * Returns the inputs that release all keys except modifiers. Needed when Meta is released, because macOS does not
   * report the release of other keys while Meta is held.
   */
  liftOrdinary(modifiers: InputModifiers): KeyInput[] {
    return this.#liftWhere(({ key }) => !isModifier(key), modifiers);
  }

  /** Returns the inputs that release modifier keys which are no longer held according to an event. */
  liftModifiers(modifiers: InputModifiers): KeyInput[] {
    return this.#liftWhere(({ key }) => {
      const field = modifierFields[key];
      return field !== undefined && !modifiers[field];
    }, modifiers);
  }

  clear(): void {
    this.#keys.clear();
  }

  #liftWhere(isLifted: (key: KeyInput) => boolean, modifiers: InputModifiers): KeyInput[] {
    const lifted = [...this.#keys.values()].filter(isLifted);
    for (const key of lifted) this.#keys.delete(idOf(key));
    return lifted.map((key) => up(key, modifiers));
  }
}

/** Whether a key modifies others, such as Shift or AltGr. */
export function isModifier(key: string): boolean {
  return key in modifierFields || key === "AltGraph";
}

function idOf({ key, code }: { readonly key: string; readonly code: string }): string {
  return code || key;
}

function up({ kind, key, code, location }: KeyInput, modifiers: InputModifiers): KeyInput {
  return { kind, event: "up", key, code, ...(location && { location }), ...modifiers };
}
