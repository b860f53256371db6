import type { ViewerInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { isSkipped } from "../support/shared-browser.ts";
import { TestView } from "./support/test-view.ts";

function key(event: "down" | "up", name: string, code: string, fields: object = {}): ViewerInput {
  return { kind: "key", event, key: name, code, ...fields };
}

describe.skipIf(isSkipped)("KeyboardCapture", () => {
  test("is entered with Tab and Enter, and left with Escape twice", async () => {
    await using view = await TestView.open();
    const { keyboard } = view.page;
    await view.page.focus("#before");
    await keyboard.press("Tab");
    expect(await view.run("viewRoot.activeElement.tagName")).toBe("CANVAS");
    await keyboard.press("a");
    expect(await view.inputs()).toEqual([]);
    await keyboard.press("Enter");
    expect(await view.controls()).toEqual([true]);
    await keyboard.press("Tab");
    await keyboard.press("Escape");
    await keyboard.press("Escape");
    await keyboard.press("b");
    expect(await view.inputs()).toEqual([
      key("down", "Tab", "Tab"),
      key("up", "Tab", "Tab"),
      key("down", "Escape", "Escape"),
      key("up", "Escape", "Escape"),
    ]);
    expect(await view.controls()).toEqual([false]);
    // A person who uses the keyboard goes on from the canvas.
    expect(await view.run("viewRoot.activeElement.tagName")).toBe("CANVAS");
    await keyboard.press("Tab");
    expect(await view.run("document.activeElement.id")).toBe("after");
  });

  test("does not leave after Escape, another key and Escape", async () => {
    await using view = await TestView.open();
    await view.enter();
    for (const name of ["Escape", "x", "Escape"]) await view.page.keyboard.press(name);
    expect(
      (await view.inputs()).flatMap((input) => (input.kind === "key" ? `${input.key} ${input.event}` : [])),
    ).toEqual(["Escape down", "Escape up", "x down", "x up", "Escape down", "Escape up"]);
    expect(await view.controls()).toEqual([]);
  });

  test("sends key, code, location, repeat and modifiers as they are", async () => {
    await using view = await TestView.open();
    await view.enter();
    const { keyboard } = view.page;
    await keyboard.press("Control+Shift+K");
    await keyboard.press("NumpadAdd");
    await keyboard.down("ArrowDown");
    await keyboard.down("ArrowDown");
    await keyboard.up("ArrowDown");
    expect(await view.inputs()).toEqual([
      key("down", "Control", "ControlLeft", { location: 1, ctrl: true }),
      key("down", "Shift", "ShiftLeft", { location: 1, ctrl: true, shift: true }),
      key("down", "K", "KeyK", { ctrl: true, shift: true }),
      key("up", "K", "KeyK", { ctrl: true, shift: true }),
      key("up", "Shift", "ShiftLeft", { location: 1, ctrl: true }),
      key("up", "Control", "ControlLeft", { location: 1 }),
      key("down", "+", "NumpadAdd", { location: 3 }),
      key("up", "+", "NumpadAdd", { location: 3 }),
      key("down", "ArrowDown", "ArrowDown"),
      key("down", "ArrowDown", "ArrowDown", { repeat: true }),
      key("up", "ArrowDown", "ArrowDown"),
    ]);
  });

  test("keeps keys from the viewer's page, except those that stay with the viewer", async () => {
    await using view = await TestView.open();
    await view.run(
      `document.addEventListener("keydown", ({ key }) => (window.heard = [...(window.heard ?? []), key]))`,
    );
    await view.enter();
    await view.run("window.heard = []");
    for (const name of [" ", "PageDown", "F5", "F12"]) await view.page.keyboard.press(name);
    expect((await view.inputs()).flatMap((input) => (input.kind === "key" ? input.key : []))).toEqual([
      " ",
      " ",
      "PageDown",
      "PageDown",
      "F5",
      "F5",
    ]);
    expect(await view.run("window.heard")).toEqual([]);
    expect(await view.run("scrollY")).toBe(0);
    // The page was not reloaded.
    expect(await view.run("viewRoot.activeElement.tagName")).toBe("TEXTAREA");
  });

  test("releases held keys and leaves control when another element gets the focus", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.page.keyboard.down("Shift");
    await view.page.keyboard.down("A");
    await view.inputs();
    await view.page.focus("#after");
    await view.page.keyboard.up("A");
    expect(await view.inputs()).toEqual([{ kind: "release" }]);
    expect(await view.controls()).toEqual([false]);
  });

  test("leaves control with a click elsewhere on the page", async () => {
    await using view = await TestView.open();
    await view.page.mouse.click(360, 210);
    await view.page.keyboard.down("a");
    await view.inputs();
    await view.page.mouse.click(900, 500);
    await view.page.keyboard.up("a");
    expect(await view.inputs()).toEqual([{ kind: "release" }]);
    expect(await view.controls()).toEqual([true, false]);
  });

  test("releases held keys and keeps control when the page is hidden or its window loses the focus", async () => {
    await using view = await TestView.open();
    await view.enter();
    for (const loss of [
      `Object.defineProperty(document, "hidden", { value: true, configurable: true });
       document.dispatchEvent(new Event("visibilitychange")); delete document.hidden`,
      `window.dispatchEvent(new FocusEvent("blur"))`,
      `window.dispatchEvent(new PageTransitionEvent("pagehide"))`,
    ]) {
      await view.page.keyboard.down("w");
      await view.inputs();
      await view.run(loss);
      await view.page.keyboard.up("w");
      expect(await view.inputs()).toEqual([{ kind: "release" }]);
    }
    expect(await view.controls()).toEqual([]);
  });

  test("sends nothing on leaving if nothing is held", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.page.keyboard.press("a");
    await view.inputs();
    await view.run("capture.leave()");
    expect(await view.inputs()).toEqual([]);
    expect(await view.controls()).toEqual([false]);
  });

  test("releases the keys whose release macOS keeps while Meta is held", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.page.keyboard.down("Meta");
    await view.page.keyboard.down("s");
    await view.page.keyboard.up("Meta");
    expect(await view.inputs()).toEqual([
      key("down", "Meta", "MetaLeft", { location: 1, meta: true }),
      key("down", "s", "KeyS", { meta: true }),
      key("up", "s", "KeyS"),
      key("up", "Meta", "MetaLeft", { location: 1 }),
    ]);
  });

  test("releases a modifier that a later event shows as not held", async () => {
    await using view = await TestView.open();
    await view.enter();
    const { cdp, page } = view;
    await page.mouse.move(360, 210);
    const shift = { key: "Shift", code: "ShiftLeft", windowsVirtualKeyCode: 16, location: 1 };
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...shift, modifiers: 8 });
    await view.inputs();
    await cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 200, y: 120 });
    await expect.poll(() => view.run<number>("inputs.length")).toBe(2);
    expect((await view.inputs())[0]).toEqual(key("up", "Shift", "ShiftLeft", { location: 1 }));
  });

  test("sends a composition, and its result as text without keys", async () => {
    await using view = await TestView.open();
    await view.enter();
    const { cdp } = view;
    const process = { key: "Process", code: "KeyN", windowsVirtualKeyCode: 229 };
    for (const text of ["n", "に", "にほ"]) {
      await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...process });
      await cdp.send("Input.imeSetComposition", {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
      await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...process });
    }
    await cdp.send("Input.insertText", { text: "日本" });
    await view.page.keyboard.press("a");
    expect(await view.inputs()).toEqual([
      { kind: "composition", text: "n" },
      { kind: "composition", text: "に" },
      { kind: "composition", text: "にほ" },
      { kind: "composition", text: "日本" },
      { kind: "text", text: "日本" },
      key("down", "a", "KeyA"),
      key("up", "a", "KeyA"),
    ]);
  });

  test("ends a composition when control is left", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await view.inputs();
    await view.run("capture.leave()");
    const inputs = await view.inputs();
    expect(inputs).toEqual([{ kind: "composition", text: "" }]);
    await view.page.keyboard.press("Enter");
    await view.page.keyboard.press("a");
    expect(await view.inputs()).toEqual([key("down", "a", "KeyA"), key("up", "a", "KeyA")]);
  });

  test("sends text that comes without keys, and the keys of on-screen keyboards", async () => {
    await using view = await TestView.open();
    await view.enter();
    const { cdp } = view;
    const unidentified = { key: "Unidentified", code: "", windowsVirtualKeyCode: 229 };
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...unidentified });
    await cdp.send("Input.insertText", { text: "hello 😀" });
    for (const command of ["deleteBackward", "deleteForward", "insertNewline"]) {
      await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...unidentified, commands: [command] });
    }
    await cdp.send("Input.insertText", { text: "x".repeat(5_000) });
    expect(await view.inputs()).toEqual([
      { kind: "text", text: "hello 😀" },
      key("down", "Backspace", "Backspace"),
      key("up", "Backspace", "Backspace"),
      key("down", "Delete", "Delete"),
      key("up", "Delete", "Delete"),
      key("down", "Enter", "Enter"),
      key("up", "Enter", "Enter"),
      { kind: "text", text: "x".repeat(2_048) },
      { kind: "text", text: "x".repeat(2_048) },
      { kind: "text", text: "x".repeat(904) },
    ]);
  });

  test("sends the character that a dead key makes as text, once", async () => {
    await using view = await TestView.open();
    await view.enter();
    const { cdp } = view;
    const dead = { key: "Dead", code: "Quote", windowsVirtualKeyCode: 222 };
    const letter = { key: "é", code: "KeyE", windowsVirtualKeyCode: 69 };
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...dead });
    await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...dead });
    await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...letter, text: "é" });
    await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...letter });
    expect(await view.inputs()).toEqual([{ kind: "text", text: "é" }]);
    await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...dead });
    await view.page.keyboard.press("ArrowLeft");
    expect(await view.inputs()).toEqual([
      key("down", "ArrowLeft", "ArrowLeft"),
      key("up", "ArrowLeft", "ArrowLeft"),
    ]);
  });
});
