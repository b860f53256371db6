import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isSkipped } from "../support/find-browser.ts";
import { InputPage, serve } from "./support/input-page.ts";

describe.skipIf(isSkipped)("PageInput with the viewer's clipboard", () => {
  let page: InputPage;

  beforeAll(async () => {
    page = await InputPage.open("playwright");
  });

  afterAll(() => page?.[Symbol.asyncDispose]());

  const paste = (text: string) => page.perform({ kind: "paste", text });

  /** Resolves to the next text that the viewer gets. */
  async function copied(cut = false, viewer = ""): Promise<string> {
    page.copied.length = 0;
    page.perform({ kind: "copy", cut, viewer });
    await expect.poll(() => page.copied).toHaveLength(1);
    expect(page.copied[0]).toMatchObject({ kind: "copied", viewer });
    return page.copied[0]?.text ?? "";
  }

  test("pastes into inputs, textareas and contenteditable elements, with a paste event", async () => {
    await page.show(
      "<input id=field autofocus value=1><textarea id=area>1</textarea><p id=rich contenteditable>1",
      "paste",
    );
    await page.evaluate("field.select()");
    paste("one\r\ntwo");
    await expect.poll(() => page.value()).toBe("one two");
    await page.evaluate("area.focus(); area.select()");
    paste("one\r\ntwo\n\nthree");
    await expect.poll(() => page.value("#area")).toBe("one\ntwo\n\nthree");
    await page.evaluate("rich.focus()");
    paste("a <b>\ntwo");
    await expect.poll(() => page.evaluate("rich.innerHTML")).toBe("a &lt;b&gt;<div>two1</div>");
    await page.expectEvents("paste one\r\ntwo", "paste one\r\ntwo\n\nthree", "paste a <b>\ntwo");
  });

  test("reverts a paste with one undo", async () => {
    await page.show("<textarea id=field autofocus>old</textarea>");
    paste("new\ntext");
    await expect.poll(() => page.value()).toBe("new\ntextold");
    page.press("z", "KeyZ", { ctrl: true });
    await expect.poll(() => page.value()).toBe("old");
  });

  test("leaves the text to a page that handles the paste event", async () => {
    await page.show("<textarea id=field autofocus></textarea>");
    await page.evaluate(`field.addEventListener("paste", (event) => {
      event.preventDefault();
      field.value = event.clipboardData.getData("text/plain").toUpperCase();
    })`);
    paste("text");
    await expect.poll(() => page.value()).toBe("TEXT");
  });

  test("gives the paste event to a page without an editable element", async () => {
    await page.show("<body>", "paste");
    paste("text");
    await page.expectEvents("paste text");
  });

  test("pastes a text of a million characters and ten thousand lines", async () => {
    const text = `${"x".repeat(98)} <\n`.repeat(10_000).slice(0, 1_000_000);
    await page.show("<textarea id=field autofocus></textarea><div id=rich contenteditable>");
    paste(text);
    await expect.poll(() => page.evaluate("field.value.length")).toBe(1_000_000);
    expect(await page.value()).toBe(text);
    await page.evaluate("rich.focus()");
    paste(text.slice(0, 100_000));
    await expect.poll(() => page.evaluate("rich.querySelectorAll('div').length")).toBeGreaterThanOrEqual(990);
  });

  test("copies and cuts the selection of fields and of the page", async () => {
    await page.show("<input id=field value='one two' autofocus><p id=text>some text</p>", "copy", "cut");
    await page.evaluate("field.setSelectionRange(4, 7)");
    expect(await copied()).toBe("two");
    expect(await copied(true, "b")).toBe("two");
    expect(await page.value()).toBe("one ");
    expect(await copied(true)).toBe("");
    await page.evaluate("field.blur(); getSelection().selectAllChildren(text)");
    expect(await copied()).toBe("some text");
    await page.expectEvents("copy", "cut", "cut", "copy");
  });

  test("copies what a page puts on the clipboard itself", async () => {
    await page.show("<body>");
    await page.evaluate(`addEventListener("copy", (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", "from the page");
    })`);
    expect(await copied()).toBe("from the page");
  });

  test("copies no password and at most a million characters", async () => {
    await page.show("<input id=field type=password value=secret autofocus><textarea id=area></textarea>");
    await page.evaluate("field.select()");
    expect(await copied()).toBe("");
    await page.evaluate("area.value = 'x'.repeat(1_000_001); area.focus(); area.select()");
    expect(await copied()).toHaveLength(1_000_000);
  });

  test("finds the focus in iframes of the same and of another site, and in shadow roots", async () => {
    const field = "<!doctype html><textarea id=field>text</textarea>";
    await using site = await serve({
      "/inner": field,
      "/": `<!doctype html><style>iframe { position: absolute; left: 0; width: 300px; height: 100px }</style>
        <iframe src="/inner"></iframe><iframe style="top: 200px" src="OTHER"></iframe>`,
    });
    const [own, other] = [`http://localhost:${site.port}/inner`, `http://127.0.0.1:${site.port}/inner`];
    await page.goto(`http://localhost:${site.port}/`);
    await page.evaluate(`document.querySelector("iframe + iframe").src = "${other}"`);
    for (const [url, y] of [
      [own, 20],
      [other, 220],
    ] as const) {
      // Chromium ignores input until a document is drawn for the first time.
      const isFocused = async () => {
        page.click(50, y);
        return page.evaluateIn(url, "document.hasFocus() && document.activeElement.id").catch(() => "");
      };
      await expect.poll(isFocused).toBe("field");
      page.press("a", "KeyA", { ctrl: true });
      expect([url, await copied()]).toEqual([url, "text"]);
      paste("pasted");
      await expect.poll(() => page.evaluateIn(url, "field.value")).toBe("pasted");
    }
    await page.show("<div id=host></div>");
    await page.evaluate(`host.attachShadow({ mode: "open" }).innerHTML = "<input value=shadow>";
      host.shadowRoot.firstChild.focus(); host.shadowRoot.firstChild.select()`);
    expect(await copied()).toBe("shadow");
    paste("pasted");
    await expect.poll(() => page.evaluate("host.shadowRoot.firstChild.value")).toBe("pasted");
  });

  test("ignores pastes and copies that the options turn off, and counts them", async () => {
    await using closed = await InputPage.open("playwright", { paste: false, copy: false });
    await closed.show("<textarea id=field autofocus>old</textarea>");
    closed.perform({ kind: "paste", text: "new" }, { kind: "copy" }, { kind: "text", text: "typed" });
    await expect.poll(() => closed.value()).toBe("typedold");
    expect(closed.input.stats()).toEqual({ performed: 1, dropped: 0, ignored: 2 });
    expect(closed.copied).toEqual([]);
  });
});
