import type { DialogNotice } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { TestView } from "../input/support/test-view.ts";
import { isSkipped } from "../support/shared-browser.ts";

describe.skipIf(isSkipped)("DialogPopup", () => {
  const confirm: DialogNotice = { kind: "dialog", id: "d1", type: "confirm", message: "Delete it?" };
  const hasDialog = `viewRoot.querySelector("[role=alertdialog]") !== null`;
  const focused = "viewRoot.activeElement?.textContent || viewRoot.activeElement?.tagName";

  test("is answered with Enter and Escape, and gives the keyboard back to the source", async () => {
    await using view = await TestView.open();
    await view.enter();
    for (const [type, key, accept] of [
      ["alert", "Enter", true],
      ["alert", "Escape", true],
      ["confirm", "Enter", true],
      ["confirm", "Escape", false],
      ["beforeunload", "Enter", true],
      ["beforeunload", "Escape", false],
    ] as const) {
      await view.notify({ ...confirm, type });
      await view.page.keyboard.press(key);
      expect(await view.inputs()).toEqual([{ kind: "dialog", id: "d1", accept }]);
      expect(await view.run(hasDialog)).toBe(false);
      await view.page.keyboard.press("a");
      expect((await view.inputs()).map((input) => input.kind === "key" && input.key)).toEqual(["a", "a"]);
    }
    // Control was never left.
    expect(await view.controls()).toEqual([]);
    expect(view.complaints).toEqual([]);
  });

  test("answers a prompt with the typed text, which neither the source nor the viewer's page gets as keys", async () => {
    await using view = await TestView.open();
    await view.run(`document.addEventListener("keydown", () => (window.heard = true))`);
    await view.enter();
    await view.run("window.heard = false");
    await view.notify({ ...confirm, type: "prompt", message: "Name?", defaultValue: "Ada" });
    // The default value is selected, so typing replaces it.
    await view.page.keyboard.type("Grace");
    await view.page.keyboard.press("Enter");
    expect(await view.inputs()).toEqual([{ kind: "dialog", id: "d1", accept: true, text: "Grace" }]);
    expect(await view.run("window.heard")).toBe(false);
  });

  test("is not answered by a key that was held before", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.page.keyboard.down("Enter");
    await view.notify(confirm);
    await view.page.keyboard.down("Enter");
    await view.page.keyboard.up("Enter");
    expect((await view.inputs()).map(({ kind }) => kind)).toEqual(["key", "release"]);
    await view.page.keyboard.press("Enter");
    expect(await view.inputs()).toEqual([{ kind: "dialog", id: "d1", accept: true }]);
  });

  test("answers with its buttons", async () => {
    await using view = await TestView.open();
    await view.notify({ ...confirm, type: "beforeunload", message: "" });
    await view.page.getByRole("button", { name: "Stay" }).click();
    await view.notify({ ...confirm, id: "d2" });
    await view.page.getByRole("button", { name: "OK" }).click();
    expect(await view.inputs()).toEqual([
      { kind: "dialog", id: "d1", accept: false },
      { kind: "dialog", id: "d2", accept: true },
    ]);
  });

  test("keeps Tab within the dialog", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.notify(confirm);
    const seen: unknown[] = [];
    for (const key of ["Tab", "Tab", "Shift+Tab", "Shift+Tab"]) {
      seen.push(await view.run(focused));
      await view.page.keyboard.press(key);
    }
    expect(seen).toEqual(["OK", "Cancel", "OK", "Cancel"]);
  });

  test("covers the frame, so that clicks do not reach the source", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.notify(confirm);
    await view.page.mouse.click(60, 60);
    expect(await view.inputs()).toEqual([]);
    expect(await view.run(focused)).toBe("OK");
    expect(await view.controls()).toEqual([]);
  });

  test("shows the message as text, and bounds its size", async () => {
    await using view = await TestView.open({
      context: { viewport: { width: 390, height: 400 } },
    });
    await view.enter();
    const message = `<img src=x onerror="window.hacked = true"><b>bold</b>\n${"long ".repeat(800)}`.slice(
      0,
      4_096,
    );
    await view.notify({ ...confirm, message });
    expect(await view.run(`viewRoot.querySelector(".message").textContent`)).toBe(message);
    expect(await view.run(`viewRoot.querySelector("img, b")`)).toBeNull();
    const box = await view.page.getByRole("alertdialog").boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(8);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(392);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(382);
    // The message can be scrolled with the keyboard.
    await view.page.keyboard.press("Tab");
    await view.page.keyboard.press("End");
    await expect
      .poll(() => view.run<number>(`viewRoot.querySelector(".message").scrollTop`))
      .toBeGreaterThan(0);
    expect(await view.run("window.hacked")).toBeUndefined();
    expect(view.complaints).toEqual([]);
  });

  test("counts down to the answer of the capture side", async () => {
    await using view = await TestView.open();
    await view.page.clock.install({ time: 0 });
    await view.page.clock.pauseAt(10_000);
    await view.notify({ ...confirm, timeout: 10_000 });
    const timer = view.page.getByRole("timer");
    expect(await timer.textContent()).toBe("Closes by itself in 10 s.");
    await view.page.clock.runFor(3_000);
    expect(await timer.textContent()).toBe("Closes by itself in 7 s.");
    await view.page.clock.runFor(7_000);
    expect(await timer.textContent()).toBe("Time is up. Waiting for the page.");
    await view.notify({ kind: "closed", id: "d1" });
    expect(await view.run(hasDialog)).toBe(false);
  });

  test("is read-only for a viewer without control, until the viewer gets control", async () => {
    await using view = await TestView.open({ canAnswer: false });
    await view.enter();
    await view.notify({ ...confirm, type: "prompt", defaultValue: "Ada" });
    expect(await view.run(focused)).toBe("TEXTAREA");
    expect(await view.page.getByRole("alertdialog").textContent()).toContain(
      "Only the viewer who has control",
    );
    expect(await view.run(`viewRoot.querySelectorAll(".card button").length`)).toBe(0);
    await view.page.getByRole("textbox", { name: "Delete it?" }).focus();
    for (const key of ["x", "Enter", "Escape"]) await view.page.keyboard.press(key);
    expect(await view.inputs()).toEqual([]);
    await view.run("popups.canAnswer = true");
    await view.page.keyboard.press("Enter");
    expect(await view.inputs()).toEqual([{ kind: "dialog", id: "d1", accept: true, text: "Ada" }]);
  });

  test("does not take the focus from another part of the viewer's page, but is announced", async () => {
    await using view = await TestView.open();
    await view.page.focus("#before");
    await view.notify(confirm);
    expect(await view.run("document.activeElement.id")).toBe("before");
    expect(await view.run(`viewRoot.querySelector(".spoken").textContent`)).toBe("The page asks: Delete it?");
  });
});
