import type { KeyInput } from "../input-message.ts";
import type { Modifiers } from "./held-modifiers.ts";

/** A viewer's key event, mapped to a page whose keyboard has the US layout. */
export interface KeyStroke {
  /** The key to press, as `key` or `code` of a KeyboardEvent. */
  readonly key?: string;
  /** Text to insert instead of a key press, if the US layout has no key for the text. */
  readonly text?: string;
  readonly modifiers: Modifiers;
}

/** Maps a viewer's key event to a key press on the US layout, or to text that the US layout cannot type. */
export function keyStroke({ key, code, alt, ctrl, meta, shift }: KeyInput): KeyStroke {
  const modifiers = { alt, ctrl, meta, shift };
  if (/^[A-Z][A-Za-z0-9]+$/.test(key)) return { key, modifiers };
  const isOnLayout = /^[ -~]$/.test(key);
  // A character typed with AltGr, or with Option on a Mac, is inserted as text. Windows reports AltGr as Ctrl and Alt.
  const isByAltGr = ctrl && alt && !/^[a-z0-9 ]$/i.test(key);
  if (isByAltGr || (alt && !isOnLayout))
    return { text: key, modifiers: { meta, shift, alt: false, ctrl: false } };
  if (isOnLayout) return { key, modifiers };
  // A shortcut on a keyboard with non-Latin letters maps to the key at the same position.
  if (ctrl || meta) return { key: code, modifiers };
  return { text: key, modifiers };
}
