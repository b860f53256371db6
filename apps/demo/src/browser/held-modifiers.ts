import type { Page } from "playwright-core";

const keys = { alt: "Alt", ctrl: "Control", meta: "Meta", shift: "Shift" } as const;

/** Name of a modifier key in input messages. */
export type Modifier = keyof typeof keys;

/** Whether each modifier is held; `undefined` if the viewer did not report the modifier. */
export type Modifiers = { readonly [name in Modifier]?: boolean | undefined };

const modifiers = Object.keys(keys) as Modifier[];

/** Returns the modifier for the `key` of a KeyboardEvent, or `undefined` for other keys. */
export function modifierOf(key: string): Modifier | undefined {
  return modifiers.find((name) => keys[name] === key);
}

/**
 * Keeps the modifier keys in the page pressed while the viewer holds them. Modifiers reported with an input take
 * precedence over earlier key events, because the viewer may have released a key while the video did not have the focus.
 */
export class HeldModifiers {
  readonly #keyboard: Page["keyboard"];
  /** Modifiers that are down according to their key events. */
  readonly #down = new Set<Modifier>();
  /** Modifiers that are down in the page. */
  readonly #held = new Set<Modifier>();

  constructor(keyboard: Page["keyboard"]) {
    this.#keyboard = keyboard;
  }

  /** Handles a key event of a modifier key. */
  turn(name: Modifier, isDown: boolean, told: Modifiers): Promise<void> {
    if (isDown) this.#down.add(name);
    else this.#down.delete(name);
    return this.follow({ ...told, [name]: isDown });
  }

  /** Returns the held modifiers: as reported in `told`, otherwise according to earlier key events. */
  with(told: Modifiers): Record<Modifier, boolean> {
    const isHeld = (name: Modifier) => told[name] ?? this.#down.has(name);
    return { alt: isHeld("alt"), ctrl: isHeld("ctrl"), meta: isHeld("meta"), shift: isHeld("shift") };
  }

  /** Presses and releases modifiers in the page to match those of the viewer. */
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
