import type { KeyInput } from "../input-message.ts";
import type { Modifiers } from "./held-modifiers.ts";

/** A viewer's key, translated for a page whose keyboard has the US layout. */
export interface KeyStroke {
  /** The key to press, as `key` or `code` of a KeyboardEvent. */
  readonly key?: string;
  /** Text to insert if the US layout has no such key. */
  readonly text?: string;
  readonly modifiers: Modifiers;
}

/** Translates a character to itself, and a shortcut or a named key to its key. */
export function keyStroke({ key, code, alt, ctrl, meta, shift }: KeyInput): KeyStroke {
  const modifiers = { alt, ctrl, meta, shift };
  if (/^[A-Z][A-Za-z0-9]+$/.test(key)) return { key, modifiers };
  const isOnLayout = /^[ -~]$/.test(key);
  // On Windows, AltGr is reported as both Ctrl and Alt. AltGr, or Option on a Mac, types a character.
  const isByAltGr = ctrl && alt && !/^[a-z0-9 ]$/i.test(key);
  if (isByAltGr || (alt && !isOnLayout))
    return { text: key, modifiers: { meta, shift, alt: false, ctrl: false } };
  if (isOnLayout) return { key, modifiers };
  // A shortcut on a keyboard with other letters: the key in the same position.
  if (ctrl || meta) return { key: code, modifiers };
  return { text: key, modifiers };
}
