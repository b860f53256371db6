import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSkipped } from "../support/find-browser.ts";
import { InputPage } from "./support/input-page.ts";

describe.skipIf(isSkipped)("PageInput", () => {
  let page: InputPage;

  beforeAll(async () => {
    page = await InputPage.open("playwright");
  });

  afterAll(() => page?.[Symbol.asyncDispose]());

  const key = (event: "down" | "up", key: string, code: string, viewer = "") =>
    page.perform({ kind: "key", event, key, code, viewer });

  test("performs a viewer's key while another viewer floods it with moves and keys", async () => {
    await page.show("<body tabindex=0>", "keydown");
    for (let i = 0; i < 60_000; i++) page.pointer("move", i % 800, i % 600, "none", 0, `flood${i % 10}`);
    for (let i = 0; i < 2_000; i++)
      page.pointer(i % 2 ? "up" : "down", i % 800, i % 600, "left", 1, "clicks");
    key("down", "k", "KeyK", "honest");
    key("up", "k", "KeyK", "honest");
    const before = page.input.stats().performed;
    await page.expectEvents("keydown k KeyK 0 false 75");
    // A turn of each of the other viewers may come before each of the two inputs.
    expect(page.input.stats().performed - before).toBeLessThan(100);
    page.input.release();
  });

  test("performs the newest state after the page has hung, and leaves nothing held", async () => {
    await using page = await InputPage.open("playwright");
    const key = (event: "down" | "up", key: string, code: string) =>
      page.perform({ kind: "key", event, key, code });
    await page.show(
      "<body style='height: 9000px'>",
      "keydown",
      "keyup",
      "mousedown",
      "mouseup",
      "wheel",
      "mousemove",
    );
    key("down", "w", "KeyW");
    await page.expectEvents("keydown w KeyW 0 false 87");
    await page.evaluate(`addEventListener("keydown", (event) => {
      if (event.key !== "h") return;
      for (const end = performance.now() + 2_500; performance.now() < end; );
    })`);
    key("down", "h", "KeyH");
    for (let i = 0; i < 1_000; i++) {
      page.pointer("move", i % 800, 100);
      page.perform({ kind: "wheel", x: 0, y: 0, deltaX: 0, deltaY: 100 });
      page.click(i % 800, 100);
    }
    key("up", "h", "KeyH");
    key("up", "w", "KeyW");
    page.pointer("move", 321, 123);
    await expect.poll(() => page.evaluate("events.at(-1)")).toBe("mousemove 321 123 0 0 0");
    const events = await page.evaluate<string[]>("events.splice(0)");
    expect(events.filter((event) => event.startsWith("key"))).toEqual([
      "keydown h KeyH 0 false 72",
      "keyup h KeyH 0 false 72",
      "keyup w KeyW 0 false 87",
    ]);
    const downs = events.filter((event) => event.startsWith("mousedown"));
    expect(downs.length).toBeLessThanOrEqual(256);
    expect(events.filter((event) => event.startsWith("mouseup"))).toHaveLength(downs.length);
    expect(events.filter((event) => event.startsWith("wheel"))).toEqual([]);
    expect(page.input.stats().dropped).toBeGreaterThan(1_000);
  });

  test("waits while a dialog is open, and goes on when it is closed", async () => {
    await page.show("<input id=field autofocus onkeydown='if (event.key === \"d\") alert(1)'>");
    // Playwright dismisses the dialog.
    for (const name of ["d", "e"])
      for (const event of ["down", "up"] as const) key(event, name, `Key${name.toUpperCase()}`);
    await expect.poll(() => page.value()).toBe("de");
  });

  test("performs inputs after an input has made the page navigate", async () => {
    await page.show("<input autofocus onkeydown='location = \"about:blank\"'>");
    key("down", "n", "KeyN");
    await expect.poll(() => page.evaluate("document.body.childElementCount")).toBe(0);
    await page.show("<input id=field autofocus>");
    page.press("x", "KeyX");
    await expect.poll(() => page.value()).toBe("x");
  });

  test("ignores inputs for dialogs and pickers, and keys that do not exist", async () => {
    await page.show("<input id=field autofocus>");
    page.perform({ kind: "dialog", id: "1", accept: true }, { kind: "picker", id: "1", values: null });
    page.press("NoSuchKey");
    page.press("a");
    await expect.poll(() => page.value()).toBe("a");
  });

  test("releases everything on close(), and ignores later inputs", async () => {
    await using other = await InputPage.open("playwright");
    await other.show("<body tabindex=0>", "keydown", "keyup", "mouseup", "mousedown");
    other.perform({ kind: "key", event: "down", key: "w", code: "KeyW", viewer: "a" });
    other.pointer("down", 10, 10, "left", 1, "b");
    await expect.poll(() => other.evaluate("events.length")).toBe(2);
    other.input.close();
    other.input.close();
    other.press("x");
    other.input.release();
    await other.expectEvents(
      "keydown w KeyW 0 false 87",
      "mousedown 10 10 0 1 1",
      "keyup w KeyW 0 false 87",
      "mouseup -1 -1 0 0 1",
    );
  });

  test("ignores inputs quietly when the window is closed", async () => {
    await using other = await InputPage.open("playwright");
    await other.show("<body>");
    await other.closePage();
    other.press("a", "KeyA");
    other.click(1, 1);
    other.perform({ kind: "paste", text: "text" }, { kind: "copy" });
    await expect.poll(() => other.input.stats().performed).toBe(6);
    other.input.release();
    other.input.close();
  });
});

describe.skipIf(isSkipped)("PageInput with a session of Puppeteer", () => {
  test("performs inputs after the page has crashed and was loaded again", async () => {
    await using page = await InputPage.open("puppeteer");
    page.perform({ kind: "key", event: "down", key: "w", code: "KeyW" });
    await page.crash();
    page.press("x", "KeyX");
    page.pointer("move", 10, 10);
    await page.session.send("Page.navigate", { url: "data:text/html,<input id=field>" });
    await expect.poll(() => page.evaluate("document.readyState").catch(() => "")).toBe("complete");
    await page.evaluate("field.focus()");
    page.press("y", "KeyY");
    await expect.poll(() => page.value()).toMatch(/y$/);
  });

  test("performs keys, clicks, drags, touches, pastes and copies", async () => {
    await using page = await InputPage.open("puppeteer");
    await page.show(
      `<textarea id=field autofocus style="position: absolute; top: 200px; width: 200px; height: 50px"></textarea>
      <style>div { position: absolute; width: 100px; height: 100px; background: silver }</style>
      <div id=source draggable=true></div><div id=target style="left: 300px"></div>
      <script>
        source.ondragstart = (event) => event.dataTransfer.setData("text/plain", "payload");
        target.ondragover = (event) => event.preventDefault();
        target.ondrop = (event) => { event.preventDefault(); events.push(event.dataTransfer.getData("text/plain")); };
      </script>`,
      "dblclick",
      "touchend",
      "wheel",
    );
    page.press("é", "Digit2");
    page.press("1", "Numpad1", { location: 3 });
    page.perform({ kind: "composition", text: "にほ" }, { kind: "text", text: "日本" });
    await expect.poll(() => page.value()).toBe("é1日本");
    page.press("a", "KeyA", { meta: true });
    page.perform({ kind: "copy", cut: true });
    await expect.poll(() => page.copied).toEqual([{ kind: "copied", text: "é1日本" }]);
    page.perform({ kind: "paste", text: "one two" });
    await expect.poll(() => page.value()).toBe("one two");
    page.click(10, 210);
    page.click(10, 210, "left", 2);
    await page.expectEvents("dblclick 10 210 0 0 2");
    page.press("x", "KeyX");
    await expect.poll(() => page.value()).toMatch(/^x ?two$/);
    page.pointer("down", 50, 50);
    for (let x = 60; x <= 330; x += 30) page.pointer("move", x, 50);
    page.pointer("up", 330, 50);
    await page.expectEvents("payload");
    page.perform({ kind: "touch", event: "start", points: [{ id: 1, x: 0.5, y: 0.9 }] });
    page.perform({ kind: "touch", event: "end", points: [] });
    page.perform({ kind: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: 3, deltaMode: "line" });
    await page.expectEvents("touchend 0", "wheel 0 100");
  });
});
