import type { InputModifiers, KeyInput } from "@broadcast-ipc/protocol";

interface Modifiers {
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

interface Key extends Modifiers {
  readonly key: string;
  readonly code: string;
}

/** The fields of a KeyboardEvent that matter here. */
export interface KeyEvent extends Key {
  readonly location: number;
  readonly repeat: boolean;
  getModifierState(key: string): boolean;
}

/** Returns the modifiers of a mouse or keyboard event. */
export function modifiersOf({ altKey, ctrlKey, metaKey, shiftKey }: Modifiers): InputModifiers {
  return {
    ...(altKey && { alt: true }),
    ...(ctrlKey && { ctrl: true }),
    ...(metaKey && { meta: true }),
    ...(shiftKey && { shift: true }),
  };
}

/**
 * Returns the input for a key that is pressed. If AltGr or, on a Mac, Option produced the character, Alt and Control are
 * left out, because with them the source would take the character for a shortcut.
 */
export function pressOf(event: KeyEvent, isMac: boolean): KeyInput {
  const { key, code, location, repeat } = event;
  const { alt, ctrl, ...others } = modifiersOf(event);
  const isText = isCharacter(key) && hasTextModifier(event, isMac);
  return {
    kind: "key",
    event: "down",
    key,
    code,
    ...(location > 0 && location <= 3 && { location: location as 1 | 2 | 3 }),
    ...(repeat && { repeat }),
    ...(!isText && { ...(alt && { alt }), ...(ctrl && { ctrl }) }),
    ...others,
  };
}

/** Whether a key has a name that an input can contain, which excludes the keys of dead keys and input methods. */
export function isNamedKey(key: string): boolean {
  return key !== "" && key.length <= 64 && key !== "Dead" && key !== "Process" && key !== "Unidentified";
}

/** Whether a key types one character. */
export function isCharacter(key: string): boolean {
  return [...key].length === 1;
}

/**
 * Whether a key keeps its effect in the viewer's browser and is not sent: F11 (full screen), F12, Ctrl+Shift+I and
 * Command+Option+I (developer tools), Print Screen, and the keys for volume, brightness, media and power. The browser
 * and the system keep more keys that a page never gets, such as Ctrl+W, Ctrl+T and Alt+Tab.
 */
export function staysWithViewer({ key, code, ctrlKey, shiftKey, metaKey, altKey }: Key): boolean {
  if (/^(F11|F12|PrintScreen|Power|Sleep|WakeUp|Eject|(Audio|Media|Brightness|Launch).*)$/.test(key))
    return true;
  return code === "KeyI" && ((ctrlKey && shiftKey && !altKey) || (metaKey && altKey));
}

/** Whether a key is a shortcut of the clipboard: the letter with Control, or with Command on a Mac. */
export function isShortcut(event: Key, letter: string, isMac: boolean): boolean {
  const { key, code, ctrlKey, metaKey, altKey } = event;
  if (altKey || (isMac ? !metaKey || ctrlKey : !ctrlKey || metaKey)) return false;
  const pressed = key.toLowerCase();
  // Keyboards without Latin letters use the place of the key.
  const isLatin = pressed.length === 1 && pressed <= "\x7f";
  return pressed === letter || (!isLatin && code === `Key${letter.toUpperCase()}`);
}

function hasTextModifier(event: KeyEvent, isMac: boolean): boolean {
  if (event.getModifierState("AltGraph")) return true;
  return isMac && event.altKey && !event.ctrlKey && !event.metaKey;
}
