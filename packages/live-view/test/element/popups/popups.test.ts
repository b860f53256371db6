import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { PageNotice, PickerNotice } from "@broadcast-ipc/protocol";
import { beforeAll, describe, expect, test } from "vitest";
import { TestView } from "../input/support/test-view.ts";
import { isSkipped } from "../support/shared-browser.ts";

const place = { x: 0.1, y: 0.1, width: 0.3, height: 0.1 };
const options = [
  { value: "a", label: "First", group: "Some" },
  { value: "b", label: "Second", group: "Some", disabled: true },
  { value: "c", label: "Third", selected: true },
];
const select: PickerNotice = { kind: "picker", id: "1", type: "select", ...place, options };
const notices: readonly (readonly [string, PageNotice])[] = [
  ["an alert", { kind: "dialog", id: "1", type: "alert", message: "Done.", timeout: 10_000 }],
  ["a confirm", { kind: "dialog", id: "1", type: "confirm", message: "Sure? ".repeat(500) }],
  ["a prompt", { kind: "dialog", id: "1", type: "prompt", message: "Name?", defaultValue: "Ada" }],
  ["a select", select],
  ["a multiple select", { ...select, multiple: true }],
  ["a datalist", { ...select, type: "datalist" }],
  ["a date", { kind: "picker", id: "1", type: "date", ...place, value: "2026-03-04" }],
  ["a color", { kind: "picker", id: "1", type: "color", ...place, value: "#ff0000" }],
  ["a toast", { kind: "download", name: "report.pdf" }],
];

describe.skipIf(isSkipped)("Popups", () => {
  let axe: string;

  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  });

  /** Texts of the messages that are shown. */
  const toasts = `[...viewRoot.querySelectorAll(".toast > span")].map(({ textContent }) => textContent)`;

  test.each(["light", "dark"] as const)("has no accessibility violations in %s", async (colorScheme) => {
    await using view = await TestView.open({
      context: { colorScheme },
    });
    await view.enter();
    await view.run(axe);
    const violations: unknown[] = [];
    for (const canAnswer of [true, false]) {
      await view.run(`popups.canAnswer = ${canAnswer}`);
      for (const [name, notice] of notices) {
        await view.notify(notice);
        const found = await view.run<string[]>(`axe.run(document, {}).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 200)).join(" ")))`);
        violations.push(...found.map((text) => `${name}, ${canAnswer}: ${text}`));
        await view.notify({ kind: "closed", id: "1" });
      }
    }
    expect(violations).toEqual([]);
    expect(view.complaints).toEqual([]);
  });

  test("shows downloads, file choosers, windows and crashes, the last three of them, each once", async () => {
    await using view = await TestView.open();
    await view.notify({ kind: "download", name: "report.pdf" });
    await view.notify({ kind: "download", name: "report.pdf" });
    expect(await view.run(toasts)).toEqual(["The page downloads “report.pdf” on its own machine."]);
    await view.notify({ kind: "file-chooser", multiple: false });
    await view.notify({ kind: "window", url: "https://login.example/x", title: "Sign in", isPopup: true });
    await view.notify({ kind: "crash", reloading: false });
    expect(await view.run(toasts)).toEqual([
      "The page asks for a file. Files cannot be sent.",
      "The page has opened a window: login.example",
      "The page has crashed.",
    ]);
    await view.page.getByRole("button", { name: "Close the message" }).first().click();
    expect(await view.run("viewRoot.querySelectorAll('.toast').length")).toBe(2);
  });

  test("removes a message after six seconds, but not that of a crash", async () => {
    await using view = await TestView.open();
    await view.page.clock.install({ time: 0 });
    await view.page.clock.pauseAt(10_000);
    await view.notify({ kind: "crash", reloading: false });
    await view.notify({ kind: "download", name: "report.pdf" });
    await view.page.clock.runFor(5_900);
    expect(await view.run("viewRoot.querySelectorAll('.toast').length")).toBe(2);
    await view.page.clock.runFor(200);
    expect(await view.run(toasts)).toEqual(["The page has crashed."]);
  });

  test("shows the cursor of the page to the viewer who has control", async () => {
    await using view = await TestView.open({ canAnswer: false });
    const cursor = `viewRoot.querySelector("canvas").style.cursor`;
    await view.notify({ kind: "cursor", cursor: "pointer" });
    expect(await view.run(cursor)).toBe("");
    await view.run("popups.canAnswer = true");
    expect(await view.run(cursor)).toBe("pointer");
    await view.notify({ kind: "cursor", cursor: "nonsense" });
    expect(await view.run(cursor)).toBe("pointer");
    await view.run("popups.clear()");
    expect(await view.run(cursor)).toBe("");
  });

  test("shows at most 16 dialogs, the newest ones", async () => {
    await using view = await TestView.open();
    for (let id = 0; id < 20; id++)
      await view.notify({ kind: "dialog", id: `${id}`, type: "alert", message: `Message ${id}.` });
    expect(await view.run("viewRoot.querySelectorAll('.dialog').length")).toBe(16);
    expect(await view.run("viewRoot.querySelector('.dialog .message').textContent")).toBe("Message 4.");
  });

  test("replaces a picker of the same id, and closes all at a crash", async () => {
    await using view = await TestView.open();
    await view.notify(select);
    await view.notify({ ...select, options: options.slice(2) });
    expect(await view.page.getByRole("option").allTextContents()).toEqual(["Third"]);
    await view.notify({ kind: "dialog", id: "2", type: "alert", message: "Hello" });
    await view.notify({ kind: "crash", reloading: true });
    expect(await view.run("viewRoot.querySelectorAll('.card, .cover').length")).toBe(0);
    expect(await view.inputs()).toEqual([]);
  });

  test("moves the focus to the next pop-up, and back when none is left", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.notify({ kind: "dialog", id: "1", type: "alert", message: "First" });
    await view.notify({ kind: "dialog", id: "2", type: "alert", message: "Second" });
    await view.notify({ kind: "closed", id: "2" });
    expect(await view.run("viewRoot.activeElement.textContent")).toContain("First");
    await view.notify({ kind: "dialog", id: "3", type: "alert", message: "Third" });
    await view.notify({ kind: "closed", id: "1" });
    await view.notify({ kind: "closed", id: "3" });
    expect(await view.run("viewRoot.activeElement.tagName")).toBe("TEXTAREA");
    expect(await view.controls()).toEqual([]);
  });

  test("moves with the canvas when the page scrolls", async () => {
    await using view = await TestView.open();
    await view.notify(select);
    const before = await view.page.getByRole("listbox").boundingBox();
    await view.run("scrollTo(0, 20)");
    await expect
      .poll(async () => (await view.page.getByRole("listbox").boundingBox())?.y)
      .toBe((before?.y ?? 0) - 20);
  });

  test("removes everything with close()", async () => {
    await using view = await TestView.open();
    await view.notify(select);
    await view.notify({ kind: "download", name: "a" });
    await view.run("popups.close(); capture.close()");
    expect(await view.run("viewRoot.querySelectorAll('.card, .cover, .toast, textarea').length")).toBe(0);
    await view.page.mouse.click(360, 210);
    expect(await view.inputs()).toEqual([]);
  });
});
