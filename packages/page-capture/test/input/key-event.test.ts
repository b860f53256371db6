import type { KeyInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { keyDown, keyUp } from "../../src/input/key-event.ts";

type Held = Pick<KeyInput, "alt" | "ctrl" | "meta" | "shift" | "location" | "repeat">;

function press(key: string, code: string, held: Held = {}) {
  const [event] = keyDown({ kind: "key", event: "down", key, code, ...held });
  const { type, text, modifiers, windowsVirtualKeyCode, commands } = event?.params ?? {};
  return { type, text, modifiers, windowsVirtualKeyCode, commands };
}

const text = (key: string, code: string, held: Held = {}) => press(key, code, held).text;
const commands = (key: string, code: string, held: Held = {}) => press(key, code, held).commands;

describe("keyDown", () => {
  test("keeps key, code, location, repeat and modifiers", () => {
    const input = { key: "1", code: "Numpad1", location: 3, repeat: true, shift: true } as const;
    expect(keyDown({ kind: "key", event: "down", ...input })).toEqual([
      {
        method: "Input.dispatchKeyEvent",
        params: {
          type: "keyDown",
          key: "1",
          code: "Numpad1",
          location: 3,
          isKeypad: true,
          autoRepeat: true,
          modifiers: 8,
          windowsVirtualKeyCode: 97,
          text: "1",
          unmodifiedText: "1",
        },
      },
    ]);
  });

  test("inserts characters of every layout, and a line break for Enter", () => {
    expect(text("a", "KeyA")).toBe("a");
    expect(text("ф", "KeyA")).toBe("ф");
    expect(text("😀", "")).toBe("😀");
    expect(text("A", "KeyA", { shift: true })).toBe("A");
    expect(text(" ", "Space")).toBe(" ");
    expect(text("Enter", "NumpadEnter", { location: 3 })).toBe("\r");
  });

  test("inserts no text for named keys, dead keys and shortcuts", () => {
    for (const key of [
      "Tab",
      "Backspace",
      "F1",
      "F12",
      "ArrowLeft",
      "Dead",
      "Process",
      "AltGraph",
      "Unidentified",
    ])
      expect(press(key, "")).toMatchObject({ type: "rawKeyDown", text: undefined });
    expect(text("a", "KeyA", { ctrl: true })).toBeUndefined();
    expect(text("a", "KeyA", { meta: true })).toBeUndefined();
    expect(text("a", "KeyA", { alt: true })).toBeUndefined();
    expect(text("s", "KeyS", { ctrl: true, alt: true })).toBeUndefined();
    expect(text("Enter", "Enter", { ctrl: true })).toBeUndefined();
  });

  test("inserts characters typed with AltGr, without the modifiers that stand for AltGr", () => {
    const held = { ctrl: true, alt: true };
    expect(press("€", "KeyE", held)).toMatchObject({ text: "€", modifiers: 0 });
    expect(press("{", "Digit7", { ...held, shift: true })).toMatchObject({ text: "{", modifiers: 8 });
  });

  test("inserts characters typed with the Option key of a Mac", () => {
    expect(press("å", "KeyA", { alt: true })).toMatchObject({ text: "å", modifiers: 1 });
    expect(text("|", "Digit7", { alt: true })).toBe("|");
    expect(text("\\", "Digit7", { alt: true, shift: true })).toBe("\\");
    expect(text("@", "KeyL", { alt: true })).toBe("@");
    expect(text("@", "Digit2", { alt: true, shift: true })).toBeUndefined();
    expect(text("[", "BracketLeft", { alt: true })).toBeUndefined();
    expect(text("5", "Digit5", { alt: true })).toBeUndefined();
  });

  test("inserts a text that is too long for a key event by a second command", () => {
    const sent = keyDown({ kind: "key", event: "down", key: "𝒶𝒷𝒸", code: "" });
    expect(sent.map(({ method, params }) => [method, params.type, params.text])).toEqual([
      ["Input.dispatchKeyEvent", "rawKeyDown", undefined],
      ["Input.insertText", undefined, "𝒶𝒷𝒸"],
    ]);
  });

  test("gives each key its Windows virtual key code", () => {
    const codes: [string, string, number][] = [
      ["a", "KeyQ", 65],
      ["ч", "KeyX", 88],
      ["!", "Digit1", 49],
      ["F1", "F1", 112],
      ["F24", "F24", 135],
      ["Home", "Numpad7", 36],
      ["7", "Numpad7", 103],
      ["Enter", "NumpadEnter", 13],
      ["Shift", "ShiftRight", 16],
      ["-", "Slash", 189],
      ["ö", "Semicolon", 186],
      ["Dead", "Quote", 222],
      [" ", "Space", 32],
      ["NoSuchKey", "", 0],
    ];
    for (const [key, code, expected] of codes)
      expect([key, press(key, code).windowsVirtualKeyCode]).toEqual([key, expected]);
  });

  test("replaces the browser's own copy, cut and paste by a command that does nothing", () => {
    const nothing = ["defaultParagraphSeparator"];
    expect(commands("c", "KeyC", { ctrl: true })).toEqual(nothing);
    expect(commands("с", "KeyC", { ctrl: true })).toEqual(nothing);
    expect(commands("x", "KeyX", { meta: true })).toEqual(nothing);
    expect(commands("V", "KeyV", { ctrl: true, shift: true })).toEqual(nothing);
    expect(commands("Insert", "Insert", { shift: true })).toEqual(nothing);
    expect(commands("Delete", "Delete", { shift: true })).toEqual(nothing);
    expect(commands("v", "KeyV")).toBeUndefined();
  });

  test("performs the editing shortcuts of each system", () => {
    expect(commands("a", "KeyA", { ctrl: true })).toEqual(["selectAll"]);
    expect(commands("a", "KeyA", { meta: true })).toEqual(["selectAll"]);
    expect(commands("z", "KeyZ", { meta: true })).toEqual(["undo"]);
    expect(commands("Z", "KeyZ", { meta: true, shift: true })).toEqual(["redo"]);
    expect(commands("y", "KeyY", { ctrl: true })).toEqual(["redo"]);
    expect(commands("ArrowLeft", "ArrowLeft", { meta: true })).toEqual(["moveToBeginningOfLine"]);
    expect(commands("ArrowLeft", "ArrowLeft", { alt: true, shift: true })).toEqual([
      "moveWordLeftAndModifySelection",
    ]);
    expect(commands("Backspace", "Backspace", { alt: true })).toEqual(["deleteWordBackward"]);
    expect(commands("a", "KeyA", { ctrl: true, alt: true })).toBeUndefined();
  });
});

describe("keyUp", () => {
  test("releases the key without text", () => {
    const { params } = keyUp({ kind: "key", event: "up", key: "w", code: "KeyW", ctrl: true });
    expect(params).toEqual({
      type: "keyUp",
      key: "w",
      code: "KeyW",
      location: 0,
      isKeypad: false,
      modifiers: 2,
      windowsVirtualKeyCode: 87,
    });
  });
});
