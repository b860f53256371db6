import { describe, expect, test } from "vitest";
import { isSkipped } from "../support/shared-browser.ts";
import { TestView } from "./support/test-view.ts";

describe.skipIf(isSkipped)("ClipboardCapture", () => {
  const context = { permissions: ["clipboard-read", "clipboard-write"] };

  /** Writes to and reads from the browser's clipboard, as the viewer's system would. */
  const write = (text: string) => `navigator.clipboard.writeText(${JSON.stringify(text)})`;
  const read = "navigator.clipboard.readText()";

  /** Presses a letter with Control, and returns the inputs without those of the Control key. */
  async function press(view: TestView, letter: string) {
    await view.page.keyboard.press(`Control+${letter}`);
    return (await view.inputs()).filter((input) => input.kind !== "key" || input.key !== "Control");
  }

  test("sends the clipboard's text for Ctrl+V, and not the key", async () => {
    await using view = await TestView.open({ context });
    await view.run(write("from the viewer\nsecond line"));
    await view.enter();
    expect(await press(view, "v")).toEqual([{ kind: "paste", text: "from the viewer\nsecond line" }]);
    expect(await view.told()).toEqual([]);
  });

  test("tells the viewer when the clipboard has no text, or too much", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    await view.run(write("x".repeat(1_000_001)));
    expect(await press(view, "v")).toEqual([]);
    expect(await view.told()).toEqual(["The text in the clipboard is too long to paste."]);
  });

  test("asks for the selection with Ctrl+C and Ctrl+X, and writes the answer to the clipboard", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    expect(await press(view, "c")).toEqual([{ kind: "copy" }]);
    await view.run(`capture.copied("from the page")`);
    await expect.poll(() => view.run(read)).toBe("from the page");
    expect(await press(view, "x")).toEqual([{ kind: "copy", cut: true }]);
    await view.run(`capture.copied("cut from the page")`);
    await expect.poll(() => view.run(read)).toBe("cut from the page");
    expect(await view.told()).toEqual([]);
  });

  test("ignores a text that the viewer has not asked for, and an empty selection", async () => {
    await using view = await TestView.open({ context });
    await view.run(write("precious"));
    await view.enter();
    await view.run(`capture.copied("planted")`);
    await press(view, "c");
    await view.run(`capture.copied("")`);
    await view.run(`capture.copied("planted later")`);
    expect(await view.run(read)).toBe("precious");
    expect(await view.told()).toEqual([]);
  });

  test("tells the viewer when the browser does not allow writing", async () => {
    await using view = await TestView.open();
    await view.run(
      `navigator.clipboard.write = () => Promise.reject(new DOMException("no", "NotAllowedError"))`,
    );
    await view.enter();
    await press(view, "c");
    await view.run(`capture.copied("text")`);
    await expect
      .poll(() => view.run("told"))
      .toEqual(["The browser did not allow copying to the clipboard."]);
  });

  test("copies without the clipboard API, which pages without HTTPS do not have", async () => {
    await using view = await TestView.open({ context });
    await view.run(`window.clipboard = navigator.clipboard;
      Object.defineProperty(navigator, "clipboard", { value: undefined })`);
    await view.enter();
    await press(view, "c");
    await view.run(`capture.copied("the old way")`);
    await expect.poll(() => view.run("clipboard.readText()")).toBe("the old way");
    expect(await view.told()).toEqual([]);
  });

  test("sends the keys if copy and paste are off", async () => {
    await using view = await TestView.open({ context });
    await view.run("capture.clipboard = { copy: false, paste: false }");
    await view.enter();
    expect((await press(view, "v")).map((input) => input.kind === "key" && input.code)).toEqual([
      "KeyV",
      "KeyV",
    ]);
    expect((await press(view, "c")).map((input) => input.kind === "key" && input.code)).toEqual([
      "KeyC",
      "KeyC",
    ]);
  });

  test("takes Command for Control on a Mac", async () => {
    await using view = await TestView.open({ context });
    await view.cdp.send("Emulation.setUserAgentOverride", { userAgent: "Mac", platform: "MacIntel" });
    await view.page.reload();
    await view.page.waitForSelector("[data-ready]");
    await view.enter();
    await view.page.keyboard.press("Meta+c");
    const inputs = await view.inputs();
    expect(inputs.filter((input) => input.kind !== "key")).toEqual([{ kind: "copy" }]);
    expect((await press(view, "c")).map(({ kind }) => kind)).toEqual(["key", "key"]);
  });
});
