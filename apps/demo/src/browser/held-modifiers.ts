import type { Page } from "playwright-core";

const keys = { alt: "Alt", ctrl: "Control", meta: "Meta", shift: "Shift" } as const;

/** A key that changes what others do. */
export type Modifier = keyof typeof keys;

/** Which of them are held, as far as that is told. */
export type Modifiers = { readonly [name in Modifier]?: boolean | undefined };

const modifiers = Object.keys(keys) as Modifier[];

/** The modifier that a KeyboardEvent's `key` is the name of. */
export function modifierOf(key: string): Modifier | undefined {
  return modifiers.find((name) => keys[name] === key);
}

/**
 * Holds the modifiers that a viewer holds. What comes with a message counts more than keys that went down before: a key
 * may have been let go where nobody saw it.
 */
export class HeldModifiers {
  readonly #keyboard: Page["keyboard"];
  /** Those whose own key went down. */
  readonly #down = new Set<Modifier>();
  /** Those that the page sees. */
  readonly #held = new Set<Modifier>();

  constructor(keyboard: Page["keyboard"]) {
    this.#keyboard = keyboard;
  }

  /** The key itself went down or up. */
  turn(name: Modifier, isDown: boolean, told: Modifiers): Promise<void> {
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    return this.follow({ ...told, [name]: isDown });
  }

  /** Which are held by all that is known: what is told, else what its own key did. */
  with(told: Modifiers): Record<Modifier, boolean> {
    const isHeld = (name: Modifier) => told[name] ?? this.#down.has(name);
    return { alt: isHeld("alt"), ctrl: isHeld("ctrl"), meta: isHeld("meta"), shift: isHeld("shift") };
  }

  /** Something happened while these were held: presses and lets go what it takes. */
  async follow(told: Modifiers): Promise<void> {
    const wanted = this.with(told);
    for (const name of modifiers) {
      if (told[name] === false) this.#down.delete(name);
      if (wanted[name] === this.#held.has(name)) continue;
      if (wanted[name]) {
        this.#held.add(name);
        await this.#keyboard.down(keys[name]);
      } else {
        this.#held.delete(name);
        await this.#keyboard.up(keys[name]);
      }
    }
  }
}
