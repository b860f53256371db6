import type { InputModifiers, KeyInput } from "@broadcast-ipc/protocol";
import type { CDPCommand } from "./cdp-command.ts";
import { editingCommands } from "./editing-commands.ts";
import { modifierBits } from "./modifier-keys.ts";
import { virtualKeyCode } from "./virtual-key-codes.ts";

/** Maximum length of the `text` of `Input.dispatchKeyEvent`, in UTF-16 code units. */
const maxEventText = 4;

/** Returns the commands that press a key. The page's event has `key`, `code`, `location` and `repeat` of the input. */
export function keyDown(input: KeyInput): readonly CDPCommand[] {
  const text = typedText(input);
  const fits = text !== undefined && text.length <= maxEventText;
  const commands = editingCommands(input);
  const event = keyEvent(fits ? "keyDown" : "rawKeyDown", input, {
    autoRepeat: input.repeat === true,
    ...(fits && { text, unmodifiedText: text }),
    ...(commands.length > 0 && { commands }),
  });
  if (text === undefined || fits) return [event];
  return [event, { method: "Input.insertText", params: { text } }];
}

/** Returns the command that releases a key. */
export function keyUp(input: KeyInput): CDPCommand {
  return keyEvent("keyUp", input, {});
}

function keyEvent(type: string, input: KeyInput, more: Record<string, unknown>): CDPCommand {
  const { key, code, location = 0 } = input;
  const modifiers = modifierBits(pageModifiers(input));
  const windowsVirtualKeyCode = virtualKeyCode(key, code);
  const isKeypad = location === 3;
  return {
    method: "Input.dispatchKeyEvent",
    params: { type, key, code, location, isKeypad, modifiers, windowsVirtualKeyCode, ...more },
  };
}

/**
 * Removes Ctrl and Alt from a character that was typed with AltGr, as Chromium on Windows does. With Ctrl, Chromium
 * would take the key for a shortcut and insert nothing.
 */
function pageModifiers(input: KeyInput): InputModifiers {
  const { meta = false, shift = false } = input;
  return isTypedWithAltGr(input) ? { meta, shift } : input;
}

/** Returns the text that a key press inserts, or `undefined` if it inserts none. */
function typedText(input: KeyInput): string | undefined {
  const { key, alt, ctrl, meta } = input;
  if (isTypedWithAltGr(input)) return key;
  if (ctrl || meta) return undefined;
  if (alt) return isTypedWithOption(input) ? key : undefined;
  if (key === "Enter") return "\r";
  return isCharacter(key) ? key : undefined;
}

/** A named key, such as "Enter", "F1" or "Dead", is no character. */
function isCharacter(key: string): boolean {
  return !/^[A-Z][A-Za-z0-9]+$|^\p{Cc}/u.test(key);
}

/** Some systems report AltGr as Ctrl and Alt. A letter, digit or space with both is a shortcut. */
function isTypedWithAltGr({ key, alt, ctrl, meta }: KeyInput): boolean {
  return alt === true && ctrl === true && !meta && isCharacter(key) && !/^[a-z0-9 ]$/i.test(key);
}

/**
 * Whether the Option key of a Mac may have made this character. On other systems, Alt with an ASCII character is a
 * shortcut. Layouts of a Mac need Option only for some ASCII symbols, and have them on keys that are letters or digits on
 * the US layout.
 */
function isTypedWithOption({ key, code, shift }: KeyInput): boolean {
  if (!isCharacter(key)) return false;
  if (!/^[ -~]$/.test(key)) return true;
  if (/^[[\]{}|\\~]$/.test(key)) return /^(?:Key|Digit)/.test(code);
  return /^[@#]$/.test(key) && (/^Key/.test(code) || (/^Digit/.test(code) && !shift));
}
