import { describe, expect, test } from "vitest";
import { HeldKeys } from "../../../src/element/input/held-keys.ts";

const press = (key: string, code: string, location?: 1 | 2) =>
  ({ kind: "key", event: "down", key, code, ...(location && { location }) }) as const;

describe("HeldKeys", () => {
  test("releases a key by its code, with the name under which it was pressed", () => {
    const keys = new HeldKeys();
    keys.press(press("a", "KeyA"));
    expect(keys.lift({ key: "A", code: "KeyA" }, { shift: true })).toEqual([
      { kind: "key", event: "up", key: "a", code: "KeyA", shift: true },
    ]);
    expect(keys.isEmpty).toBe(true);
  });

  test("returns nothing for a key that is not held", () => {
    expect(new HeldKeys().lift({ key: "Enter", code: "Enter" }, {})).toEqual([]);
  });

  test("tells keys without a code apart by their name", () => {
    const keys = new HeldKeys();
    keys.press(press("GoBack", ""));
    keys.press(press("GoHome", ""));
    expect(keys.lift({ key: "GoBack", code: "" }, {})).toHaveLength(1);
    expect(keys.isEmpty).toBe(false);
  });

  test("releases all keys but modifiers with liftOrdinary", () => {
    const keys = new HeldKeys();
    for (const key of [press("Shift", "ShiftLeft", 1), press("c", "KeyC"), press("Alt", "AltLeft", 1)])
      keys.press(key);
    expect(keys.liftOrdinary({ shift: true })).toEqual([
      { kind: "key", event: "up", key: "c", code: "KeyC", shift: true },
    ]);
  });

  test("releases only modifiers that are not held any more with liftModifiers", () => {
    const keys = new HeldKeys();
    keys.press(press("Shift", "ShiftRight", 2));
    keys.press(press("Control", "ControlLeft", 1));
    // An event does not say whether AltGr is held.
    keys.press(press("AltGraph", "AltRight", 2));
    keys.press(press("c", "KeyC"));
    expect(keys.liftModifiers({ ctrl: true })).toEqual([
      { kind: "key", event: "up", key: "Shift", code: "ShiftRight", location: 2, ctrl: true },
    ]);
    expect(keys.liftModifiers({ ctrl: true })).toEqual([]);
  });
});
