import type { InputModifiers, KeyInput } from "@broadcast-ipc/protocol";
import type { CDPCommand } from "./cdp-command.ts";
import { keyDown, keyUp } from "./key-event.ts";
import { keyName } from "./merge-inputs.ts";
import { modifierOf } from "./modifier-keys.ts";

interface HeldKey {
  readonly press: KeyInput;
  /** Whether Meta was held at the same time. macOS then may not report the release of this key. */
  isDuringMeta: boolean;
}

/** Maximum number of keys that one viewer can hold. A further key releases the one that was pressed first. */
const maxKeys = 32;

/**
 * Keeps which viewer holds which key. A key goes up in the page when the last of its viewers has released it. Pure: the
 * methods return the commands to send.
 */
export class HeldKeys {
  readonly #byViewer = new Map<string, Map<string, HeldKey>>();

  /** The viewers that hold a key. */
  get viewers(): Iterable<string> {
    return this.#byViewer.keys();
  }

  /** Presses a key. Releases it first if the viewer holds it already, because its release was lost. */
  down(viewer: string, input: KeyInput): readonly CDPCommand[] {
    const id = keyName(input);
    const commands = this.follow(viewer, input, id);
    const held = this.#of(viewer).get(id);
    if (held && input.repeat) return [...commands, ...keyDown(input)];
    if (held) commands.push(...this.#lift(viewer, id, input));
    const keys = this.#of(viewer);
    const [oldest] = keys.keys();
    if (keys.size >= maxKeys && oldest !== undefined) commands.push(...this.#lift(viewer, oldest, input));
    const isMeta = modifierOf(input.key) === "meta";
    if (isMeta) for (const key of keys.values()) key.isDuringMeta = true;
    const isHeldByOther = this.#isHeld(id);
    this.#byViewer.set(viewer, keys.set(id, { press: input, isDuringMeta: input.meta === true && !isMeta }));
    // The keyboard of the page has each key once, so the second viewer's press of a held key is a repetition.
    return [...commands, ...keyDown(isHeldByOther ? { ...input, repeat: true } : input)];
  }

  /** Releases a key. Does nothing if the viewer does not hold it. */
  up(viewer: string, input: KeyInput): readonly CDPCommand[] {
    const id = keyName(input);
    const commands = this.follow(viewer, input, id);
    return [...commands, ...this.#lift(viewer, id, input, input)];
  }

  /**
   * Releases the modifier keys that the viewer no longer holds according to an input, and the keys whose release may have
   * been lost while Meta was held. Leaves the key `own` as it is.
   */
  follow(viewer: string, modifiers: InputModifiers, own?: string): CDPCommand[] {
    const commands: CDPCommand[] = [];
    for (const [id, { press, isDuringMeta }] of this.#of(viewer)) {
      const modifier = modifierOf(press.key);
      const isUp = modifier !== undefined && !modifiers[modifier];
      const isLost = isDuringMeta && !modifiers.meta;
      if (id !== own && (isUp || isLost)) commands.push(...this.#lift(viewer, id, modifiers));
    }
    return commands;
  }

  /** Releases all keys of a viewer, the modifier keys last. */
  release(viewer: string): readonly CDPCommand[] {
    const keys = [...this.#of(viewer)].map(([id, { press }]) => ({ id, modifier: modifierOf(press.key) }));
    const held: Partial<Record<keyof InputModifiers, boolean>> = {};
    for (const { modifier } of keys) if (modifier) held[modifier] = true;
    const commands = keys.filter(({ modifier }) => !modifier).map(({ id }) => this.#lift(viewer, id, held));
    for (const { id, modifier } of keys) {
      if (!modifier) continue;
      held[modifier] = false;
      commands.push(this.#lift(viewer, id, held));
    }
    return commands.flat();
  }

  #of(viewer: string): Map<string, HeldKey> {
    return this.#byViewer.get(viewer) ?? new Map();
  }

  #isHeld(id: string): boolean {
    for (const keys of this.#byViewer.values()) if (keys.has(id)) return true;
    return false;
  }

  /** Ends a viewer's hold of a key. `told` is the release that the viewer sent, if it sent one. */
  #lift(viewer: string, id: string, modifiers: InputModifiers, told?: KeyInput): readonly CDPCommand[] {
    const keys = this.#of(viewer);
    const held = keys.get(id);
    if (!held) return [];
    keys.delete(id);
    if (keys.size === 0) this.#byViewer.delete(viewer);
    if (this.#isHeld(id)) return [];
    const { key, code, location } = told ?? held.press;
    const { alt = false, ctrl = false, meta = false, shift = false } = modifiers;
    const release = { kind: "key", event: "up", key, code, alt, ctrl, meta, shift } as const;
    return [keyUp(location === undefined ? release : { ...release, location })];
  }
}
