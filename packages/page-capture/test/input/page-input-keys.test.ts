import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSkipped } from "../support/find-browser.ts";
import { InputPage } from "./support/input-page.ts";

describe.skipIf(isSkipped)("PageInput with a keyboard", () => {
  let page: InputPage;

  beforeAll(async () => {
    page = await InputPage.open("playwright");
  });

  afterAll(() => page?.[Symbol.asyncDispose]());

  test("gives the page key, code, location, repeat, keyCode and modifiers of the viewer's keys", async () => {
    await page.show("<body tabindex=0>", "keydown", "keypress", "keyup");
    page.press("a", "KeyQ");
    page.press("1", "Numpad1", { location: 3 });
    page.press("Enter", "NumpadEnter", { location: 3 });
    page.press("F1", "F1");
    page.press("Dead", "BracketRight");
    page.press("ф", "KeyA");
    page.press("AltGraph", "AltRight", { location: 2 });
    await page.expectEvents(
      "keydown a KeyQ 0 false 65",
      "keypress a KeyQ 0 false 97",
      "keyup a KeyQ 0 false 65",
      "keydown 1 Numpad1 3 false 97",
      "keypress 1 Numpad1 3 false 49",
      "keyup 1 Numpad1 3 false 97",
      "keydown Enter NumpadEnter 3 false 13",
      "keypress Enter NumpadEnter 3 false 13",
      "keyup Enter NumpadEnter 3 false 13",
      "keydown F1 F1 0 false 112",
      "keyup F1 F1 0 false 112",
      "keydown Dead BracketRight 0 false 221",
      "keyup Dead BracketRight 0 false 221",
      "keydown ф KeyA 0 false 65",
      "keypress ф KeyA 0 false 1092",
      "keyup ф KeyA 0 false 65",
      "keydown AltGraph AltRight 2 false 18",
      "keyup AltGraph AltRight 2 false 18",
    );
  });

  test("gives the page repeated keys and modifier keys unchanged", async () => {
    await page.show("<body tabindex=0>", "keydown", "keyup");
    const w = { kind: "key", event: "down", key: "w", code: "KeyW" } as const;
    page.perform(w);
    await expect.poll(() => page.evaluate("events.length")).toBe(1);
    page.perform({ ...w, repeat: true });
    await expect.poll(() => page.evaluate("events.length")).toBe(2);
    page.perform({ ...w, event: "up" });
    const shift = { kind: "key", key: "Shift", code: "ShiftRight", location: 2 } as const;
    page.perform({ ...shift, event: "down", shift: true });
    page.press("W", "KeyW", { shift: true, ctrl: true, alt: true, meta: true });
    page.perform({ ...shift, event: "up" });
    await page.expectEvents(
      "keydown w KeyW 0 false 87",
      "keydown w KeyW 0 true 87",
      "keyup w KeyW 0 false 87",
      "keydown Shift ShiftRight 2 false 16 shiftKey",
      "keydown W KeyW 0 false 87 altKey,ctrlKey,metaKey,shiftKey",
      "keyup W KeyW 0 false 87 altKey,ctrlKey,metaKey,shiftKey",
      "keyup Shift ShiftRight 2 false 16",
    );
  });

  test("types the characters of every layout", async () => {
    await page.show("<textarea id=field autofocus></textarea>");
    for (const key of "Grüße, 世界 @ 1? 😀") page.press(key);
    page.press("Dead", "Quote");
    page.perform({ kind: "text", text: "é" });
    page.press("€", "KeyE", { ctrl: true, alt: true });
    page.press("å", "KeyA", { alt: true });
    page.press("Enter", "Enter");
    page.press("x", "KeyX");
    page.press("y", "KeyY");
    page.press("Backspace", "Backspace");
    page.press("ArrowLeft", "ArrowLeft");
    page.press("|", "");
    await expect.poll(() => page.value()).toBe("Grüße, 世界 @ 1? 😀é€å\n|x");
  });

  test("performs shortcuts of each system and layout", async () => {
    await page.show("<input id=field autofocus value='one two'><input id=next>");
    page.press("End", "End");
    page.press("ArrowLeft", "ArrowLeft", { alt: true });
    page.press("x", "KeyX");
    await expect.poll(() => page.value()).toBe("one xtwo");
    page.press("z", "KeyZ", { meta: true });
    await expect.poll(() => page.value()).toBe("one two");
    page.press("я", "KeyZ", { ctrl: true, shift: true });
    await expect.poll(() => page.value()).toBe("one xtwo");
    page.press("a", "KeyA", { meta: true });
    page.press("Backspace", "Backspace");
    await expect.poll(() => page.value()).toBe("");
    for (const key of "abc") page.press(key);
    page.press("Home", "Home", { shift: true });
    page.press("B", "KeyB", { shift: true });
    page.press("a", "KeyA", { ctrl: true });
    page.press("d", "KeyD");
    page.press("Tab", "Tab");
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("next");
    expect(await page.value()).toBe("d");
    page.press("Tab", "Tab", { shift: true });
    await expect.poll(() => page.evaluate("document.activeElement.id")).toBe("field");
  });

  test("submits a form with Enter and presses a button with the space bar", async () => {
    await page.show(`<form onsubmit="events.push('submit'); return false"><input id=field autofocus></form>
      <button id=button onclick="events.push('click')">`);
    page.press("Enter", "Enter");
    await page.expectEvents("submit");
    await page.evaluate("button.focus()");
    page.press(" ", "Space");
    await page.expectEvents("click");
  });

  test("leaves the clipboard of the browser's machine alone", async () => {
    await page.show("<textarea id=field autofocus>secret</textarea>", "keydown", "copy", "cut", "paste");
    page.press("a", "KeyA", { ctrl: true });
    page.press("c", "KeyC", { ctrl: true });
    page.press("ArrowRight", "ArrowRight");
    page.press("v", "KeyV", { ctrl: true });
    page.press("x", "KeyX", { meta: true });
    page.press("Insert", "Insert", { shift: true });
    await page.expectEvents(
      "keydown a KeyA 0 false 65 ctrlKey",
      "keydown c KeyC 0 false 67 ctrlKey",
      "keydown ArrowRight ArrowRight 0 false 39",
      "keydown v KeyV 0 false 86 ctrlKey",
      "keydown x KeyX 0 false 88 metaKey",
      "keydown Insert Insert 0 false 45 shiftKey",
    );
    expect(await page.value()).toBe("secret");
  });

  test("composes text with an input method", async () => {
    const types = ["compositionstart", "compositionupdate", "compositionend", "input"];
    await page.show("<textarea id=field autofocus></textarea>", ...types);
    page.perform({ kind: "composition", text: "にほ" });
    await page.expectEvents("compositionstart", "compositionupdate にほ", "input insertCompositionText にほ");
    page.perform({ kind: "text", text: "日本" });
    await page.expectEvents(
      "compositionupdate 日本",
      "input insertCompositionText 日本",
      "compositionend 日本",
    );
    page.perform({ kind: "composition", text: "か", cursor: 0 });
    await expect.poll(() => page.value()).toBe("日本か");
    expect(await page.evaluate("field.selectionStart")).toBe(2);
    page.perform({ kind: "composition", text: "" });
    await expect.poll(() => page.value()).toBe("日本");
    page.perform({ kind: "composition", text: "か" }, { kind: "release" });
    await expect.poll(() => page.value()).toBe("日本");
  });

  test("releases the keys of a viewer that leaves, and no others", async () => {
    await page.show("<body tabindex=0>", "keydown", "keyup");
    const key = (viewer: string, key: string, code: string, ctrl = false) =>
      page.perform({ kind: "key", event: "down", key, code, viewer, ctrl });
    key("a", "w", "KeyW");
    key("a", "Control", "ControlLeft", true);
    key("b", "d", "KeyD");
    await expect.poll(() => page.evaluate("events.length")).toBe(3);
    page.input.release("a");
    key("b", "b", "KeyB");
    await page.expectEvents(
      "keydown w KeyW 0 false 87",
      "keydown Control ControlLeft 0 false 17 ctrlKey",
      "keydown d KeyD 0 false 68",
      "keyup w KeyW 0 false 87 ctrlKey",
      "keyup Control ControlLeft 0 false 17",
      "keydown b KeyB 0 false 66",
    );
    page.perform({ kind: "release", viewer: "b" });
    await page.expectEvents("keyup d KeyD 0 false 68", "keyup b KeyB 0 false 66");
  });

  test("releases keys whose release the viewer's system did not report", async () => {
    await page.show("<body tabindex=0>", "keydown", "keyup");
    const key = (event: "down" | "up", key: string, code: string, meta = false, alt = false) =>
      page.perform({ kind: "key", event, key, code, meta, alt });
    key("down", "Meta", "MetaLeft", true);
    key("down", "k", "KeyK", true);
    key("up", "Meta", "MetaLeft");
    await page.expectEvents(
      "keydown Meta MetaLeft 0 false 91 metaKey",
      "keydown k KeyK 0 false 75 metaKey",
      "keyup k KeyK 0 false 75",
      "keyup Meta MetaLeft 0 false 91",
    );
    key("down", "Alt", "AltLeft", false, true);
    key("down", "m", "KeyM");
    await page.expectEvents(
      "keydown Alt AltLeft 0 false 18 altKey",
      "keyup Alt AltLeft 0 false 18",
      "keydown m KeyM 0 false 77",
    );
    page.input.release();
    await page.expectEvents("keyup m KeyM 0 false 77");
  });
});
