import type { KeyInput } from "../input-message.ts";
import type { Modifiers } from "./held-modifiers.ts";

/** What a viewer's key is to a page whose keyboard has the US layout. */
export interface KeyStroke {
  /** The key to press, as a KeyboardEvent's `key` or `code`. */
  readonly key?: string;
  /** Text to put in where no such key exists. */
  readonly text?: string;
  readonly modifiers: Modifiers;
}

/** Keeps what was meant: the character where one is typed, the key where it is a shortcut or has a name. */
export function keyStroke({ key, code, alt, ctrl, meta, shift }: KeyInput): KeyStroke {
  const modifiers = { alt, ctrl, meta, shift };
  if (/^[A-Z][A-Za-z0-9]+$/.test(key)) return { key, modifiers };
  const isOnLayout = /^[ -~]$/.test(key);
  // On Windows, AltGr says that it is both; with it, or with Option on a Mac, a character is typed.
  const isByAltGr = ctrl && alt && !/^[a-z0-9 ]$/i.test(key);
  if (isByAltGr || (alt && !isOnLayout))
    return { text: key, modifiers: { meta, shift, alt: false, ctrl: false } };
  if (isOnLayout) return { key, modifiers };
  // A shortcut on a keyboard with other letters: what lies in that place.
  if (ctrl || meta) return { key: code, modifiers };
  return { text: key, modifiers };
}
