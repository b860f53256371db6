import { describe, expect, test } from "vitest";
import {
  isShortcut,
  type KeyEvent,
  pressOf,
  staysWithViewer,
} from "../../../src/element/input/key-events.ts";

type Fields = Partial<KeyEvent> & { readonly isAltGraph?: boolean };

function keyEvent(key: string, code: string, { isAltGraph = false, ...fields }: Fields = {}): KeyEvent {
  const modifiers = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
  const getModifierState = (name: string) => isAltGraph && name === "AltGraph";
  return { key, code, location: 0, repeat: false, getModifierState, ...modifiers, ...fields };
}

describe("pressOf", () => {
  test("leaves out Control and Alt for a character that AltGr produces", () => {
    const event = keyEvent("@", "KeyQ", { isAltGraph: true, ctrlKey: true, altKey: true });
    expect(pressOf(event, false)).toEqual({ kind: "key", event: "down", key: "@", code: "KeyQ" });
  });

  test("keeps Control and Alt for a shortcut, and for keys without a character", () => {
    const shortcut = keyEvent("q", "KeyQ", { ctrlKey: true, altKey: true });
    expect(pressOf(shortcut, false)).toMatchObject({ ctrl: true, alt: true });
    const arrow = keyEvent("ArrowLeft", "ArrowLeft", { isAltGraph: true, altKey: true });
    expect(pressOf(arrow, false)).toMatchObject({ alt: true });
  });

  test("leaves out Alt for a character that Option produces on a Mac", () => {
    const event = keyEvent("ø", "KeyO", { altKey: true, shiftKey: true });
    expect(pressOf(event, true)).toEqual({ kind: "key", event: "down", key: "ø", code: "KeyO", shift: true });
    expect(pressOf(event, false)).toMatchObject({ alt: true });
    expect(pressOf({ ...event, metaKey: true }, true)).toMatchObject({ alt: true, meta: true });
  });

  test("contains the location and the repetition if there are any", () => {
    const event = keyEvent("Enter", "NumpadEnter", { location: 3, repeat: true });
    expect(pressOf(event, false)).toEqual({
      kind: "key",
      event: "down",
      key: "Enter",
      code: "NumpadEnter",
      location: 3,
      repeat: true,
    });
  });
});

describe("isShortcut", () => {
  test("is Control and the letter, or Command and the letter on a Mac", () => {
    expect(isShortcut(keyEvent("v", "KeyV", { ctrlKey: true }), "v", false)).toBe(true);
    expect(isShortcut(keyEvent("v", "KeyV", { ctrlKey: true }), "v", true)).toBe(false);
    expect(isShortcut(keyEvent("v", "KeyV", { metaKey: true }), "v", true)).toBe(true);
    expect(isShortcut(keyEvent("v", "KeyV"), "v", false)).toBe(false);
    expect(isShortcut(keyEvent("v", "KeyV", { ctrlKey: true, altKey: true }), "v", false)).toBe(false);
  });

  test("follows the letter on a Latin keyboard, and the place of the key on others", () => {
    expect(isShortcut(keyEvent("v", "Period", { ctrlKey: true }), "v", false)).toBe(true);
    expect(isShortcut(keyEvent("k", "KeyV", { ctrlKey: true }), "v", false)).toBe(false);
    expect(isShortcut(keyEvent("м", "KeyV", { ctrlKey: true }), "v", false)).toBe(true);
  });
});

describe("staysWithViewer", () => {
  test.each([
    ["F11", "F11", {}, true],
    ["PrintScreen", "PrintScreen", {}, true],
    ["AudioVolumeUp", "AudioVolumeUp", {}, true],
    ["I", "KeyI", { ctrlKey: true, shiftKey: true }, true],
    ["i", "KeyI", { ctrlKey: true }, false],
    ["F5", "F5", {}, false],
    ["BrowserBack", "BrowserBack", {}, false],
    ["Escape", "Escape", {}, false],
  ])("%s (%s, %o) is %s", (key, code, fields, stays) => {
    expect(staysWithViewer(keyEvent(key, code, fields))).toBe(stays);
  });
});
