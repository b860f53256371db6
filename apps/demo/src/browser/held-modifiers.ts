import type { Page } from "playwright-core";

const keys = { alt: "Alt", ctrl: "Control", meta: "Meta", shift: "Shift" } as const;

/** A modifier key. */
export type Modifier = keyof typeof keys;

/** Which modifiers are held; `undefined` if the viewer did not report it. */
export type Modifiers = { readonly [name in Modifier]?: boolean | undefined };

const modifiers = Object.keys(keys) as Modifier[];

/** The modifier with this `key` of a KeyboardEvent; `undefined` for other keys. */
export function modifierOf(key: string): Modifier | undefined {
  return modifiers.find((name) => keys[name] === key);
}

/**
 * Holds down in the page the modifiers that a viewer holds. The modifiers reported with an input take precedence over
 * earlier key events, because a key may have been released while the page did not have the focus.
 */
export class HeldModifiers {
  readonly #keyboard: Page["keyboard"];
  /** Modifiers whose key event "down" arrived. */
  readonly #down = new Set<Modifier>();
  /** Modifiers that are down in the page. */
  readonly #held = new Set<Modifier>();

  constructor(keyboard: Page["keyboard"]) {
    this.#keyboard = keyboard;
  }

  /** Handles a key event of the modifier itself. */
  turn(name: Modifier, isDown: boolean, told: Modifiers): Promise<void> {
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    return this.follow({ ...told, [name]: isDown });
  }

  /** The modifiers that are held: as reported, else according to their key events. */
  with(told: Modifiers): Record<Modifier, boolean> {
    const isHeld = (name: Modifier) => told[name] ?? this.#down.has(name);
    return { alt: isHeld("alt"), ctrl: isHeld("ctrl"), meta: isHeld("meta"), shift: isHeld("shift") };
  }

  /** Presses and releases modifiers in the page until they match. */
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
