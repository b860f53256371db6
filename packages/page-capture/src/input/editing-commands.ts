import type { KeyInput } from "@broadcast-ipc/protocol";
import { virtualKeyCode } from "./virtual-key-codes.ts";

/**
 * A command that every document accepts and that changes nothing. It replaces the browser's own copy, cut and paste,
 * which would use the clipboard of the browser's machine.
 */
const nothing = "defaultParagraphSeparator";

/** Editing keys of a Mac: with Meta. */
const withMeta: Readonly<Record<string, string>> = {
  ArrowLeft: "moveToBeginningOfLine",
  ArrowRight: "moveToEndOfLine",
  ArrowUp: "moveToBeginningOfDocument",
  ArrowDown: "moveToEndOfDocument",
  Backspace: "deleteToBeginningOfLine",
  Delete: "deleteToEndOfLine",
};

/** Editing keys of a Mac: with Option. */
const withAlt: Readonly<Record<string, string>> = {
  ArrowLeft: "moveWordLeft",
  ArrowRight: "moveWordRight",
  Backspace: "deleteWordBackward",
  Delete: "deleteWordForward",
};

/**
 * Returns the editing commands of a key press. Shortcuts depend on the system that the browser runs on, so the shortcuts
 * of a viewer on another system need a command. All other keys have the browser's own action.
 */
export function editingCommands(input: KeyInput): readonly string[] {
  const command = editingCommand(input);
  return command === undefined ? [] : [command];
}

function editingCommand(input: KeyInput): string | undefined {
  const { key, code, alt = false, ctrl = false, meta = false, shift = false } = input;
  if (key === "Insert" && (ctrl || shift)) return nothing;
  if (key === "Delete" && shift && !ctrl && !alt && !meta) return nothing;
  if (alt && ctrl) return undefined;
  const isPrimary = ctrl !== meta && !alt;
  const letter = virtualKeyCode(key, code);
  if (isPrimary && letter === 90) return shift ? "redo" : "undo";
  if (isPrimary && letter === 89) return "redo";
  if (isPrimary && letter === 65) return shift ? undefined : "selectAll";
  if (isPrimary && [67, 86, 88].includes(letter)) return nothing;
  const motion = meta && !ctrl && !alt ? withMeta[key] : alt && !ctrl && !meta ? withAlt[key] : undefined;
  return motion && shift && motion.startsWith("move") ? `${motion}AndModifySelection` : motion;
}
