import type { PickerNotice, PickerOption } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { TestView } from "../input/support/test-view.ts";
import { isSkipped } from "../support/shared-browser.ts";

const place = { x: 0.25, y: 0.25, width: 0.5, height: 0.1 };
const options: readonly PickerOption[] = [
  { value: "ber", label: "Berlin", group: "Germany" },
  { value: "bon", label: "Bonn", group: "Germany", selected: true },
  { value: "par", label: "Paris", group: "France", disabled: true },
  { value: "lyo", label: "Lyon <b>", group: "France" },
  { value: "els", label: "Elsewhere" },
];
const select: PickerNotice = { kind: "picker", id: "p1", type: "select", ...place, options };

function picked(...values: string[]) {
  return [{ kind: "picker", id: "p1", values }];
}

describe.skipIf(isSkipped)("PickerPopup", () => {
  const cancelled = [{ kind: "picker", id: "p1", values: null }];
  const focused = "viewRoot.activeElement?.role || viewRoot.activeElement?.tagName";

  async function open(
    notice: PickerNotice,
    options: Parameters<typeof TestView.open>[0] = {},
  ): Promise<TestView> {
    const view = await TestView.open(options);
    await view.enter();
    await view.notify(notice);
    return view;
  }

  test("shows the options of a select below its element, as wide as the element at least", async () => {
    await using view = await open(select);
    const box = await view.page.getByRole("listbox").boundingBox();
    // The canvas is 640 × 360 pixels at 40, 30; the card has a border of one pixel.
    expect(box?.x).toBe(40 + 160 + 1);
    expect(box?.y).toBe(30 + 90 + 36 + 2 + 1);
    expect(box?.width).toBeGreaterThanOrEqual(318);
    expect(
      await view.page.getByRole("group", { name: "France" }).getByRole("option").allTextContents(),
    ).toEqual(["Paris", "Lyon <b>"]);
    expect(await view.page.getByRole("option", { selected: true }).textContent()).toBe("Bonn");
    expect(view.complaints).toEqual([]);
  });

  test("shows the options beside the element of a rotated frame", async () => {
    await using view = await open(select, { rotation: 180 });
    const box = await view.page.getByRole("listbox").boundingBox();
    // The element is from 0.25 to 0.75 and from 0.65 to 0.75 of the rotated frame.
    expect(box?.x).toBe(40 + 160 + 1);
    expect(box?.y).toBe(30 + 270 + 2 + 1);
  });

  test("keeps within the frame what a page reports outside it", async () => {
    await using view = await open({ ...select, x: -5, width: 20 });
    const box = await view.page.getByRole("dialog").boundingBox();
    expect(box?.x).toBe(40);
    expect(box?.width).toBe(640);
  });

  test("chooses with a click, except a disabled option", async () => {
    await using view = await open(select);
    await view.page.getByRole("option", { name: "Paris" }).click({ force: true });
    expect(await view.inputs()).toEqual([]);
    await view.page.getByRole("option", { name: "Lyon" }).click();
    expect(await view.inputs()).toEqual(picked("lyo"));
    expect(await view.run(focused)).toBe("TEXTAREA");
    expect(await view.controls()).toEqual([]);
  });

  test("chooses with arrows, Home, End and the first letters of a label", async () => {
    await using view = await TestView.open();
    await view.enter();
    for (const [keys, value] of [
      [["ArrowDown", "Enter"], "lyo"],
      [["ArrowUp", " "], "ber"],
      [["End", "Enter"], "els"],
      [["e", "Enter"], "els"],
      [["b", "e", "Enter"], "ber"],
    ] as const) {
      await view.notify(select);
      for (const key of keys) await view.page.keyboard.press(key);
      expect(await view.inputs()).toEqual(picked(value));
    }
  });

  test("closes without a choice with Escape, and with a press outside that the source does not get", async () => {
    await using view = await open(select);
    await view.page.keyboard.press("Escape");
    expect(await view.inputs()).toEqual(cancelled);
    await view.notify(select);
    await view.page.mouse.click(60, 60);
    expect(await view.inputs()).toEqual(cancelled);
    expect(await view.run(focused)).toBe("TEXTAREA");
    expect(await view.controls()).toEqual([]);
  });

  test("chooses several options with Space and clicks, and sends them with Enter or the button", async () => {
    await using view = await open({ ...select, multiple: true });
    for (const key of ["End", " ", "Home", " "]) await view.page.keyboard.press(key);
    await view.page.getByRole("option", { name: "Bonn" }).click();
    expect(await view.inputs()).toEqual([]);
    await view.page.keyboard.press("Enter");
    expect(await view.inputs()).toEqual(picked("ber", "els"));
    await view.notify({ ...select, multiple: true });
    await view.page.getByRole("button", { name: "Set" }).click();
    expect(await view.inputs()).toEqual(picked("bon"));
  });

  test("shows a thousand options within the window", async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      value: `v${index}`,
      label: `Option ${index}`,
    }));
    await using view = await open({ ...select, options: many });
    const box = await view.page.getByRole("listbox").boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(712);
    await view.page.keyboard.press("End");
    const last = await view.page.getByRole("option", { name: "Option 999" }).boundingBox();
    expect(last?.y).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0));
    expect(await view.run("scrollY")).toBe(0);
    await view.page.keyboard.press("Enter");
    expect(await view.inputs()).toEqual(picked("v999"));
  });

  test("sends the value of the browser's own inputs for dates, times and colors", async () => {
    await using view = await TestView.open();
    await view.enter();
    for (const [type, value, next] of [
      ["date", "2026-03-04", "2026-03-05"],
      ["time", "10:30", "11:45"],
      ["datetime-local", "2026-03-04T10:30", "2026-03-05T11:45"],
      ["month", "2026-03", "2026-04"],
      ["week", "2026-W10", "2026-W11"],
      ["color", "#3366cc", "#ff0000"],
    ] as const) {
      await view.notify({ kind: "picker", id: "p1", type, ...place, value });
      const input = view.page.locator(".value input");
      expect(await input.getAttribute("type")).toBe(type);
      expect(await input.inputValue()).toBe(value);
      await input.fill(next);
      // The browser's own picker may cover the button.
      await view.page.getByRole("button", { name: "Set" }).dispatchEvent("click");
      expect(await view.inputs()).toEqual(picked(next));
    }
  });

  test("opens the browser's own picker after an action of the viewer", async () => {
    await using view = await TestView.open();
    await view.run(`HTMLInputElement.prototype.showPicker = function () {
      window.shown = [this.type, navigator.userActivation.isActive] }`);
    await view.page.mouse.click(360, 210);
    await view.notify({ kind: "picker", id: "p1", type: "date", ...place });
    expect(await view.run("window.shown")).toEqual(["date", true]);
  });

  test("keeps the limits of a date, and can clear it", async () => {
    const notice: PickerNotice = {
      kind: "picker",
      id: "p1",
      type: "date",
      ...place,
      min: "2026-01-01",
      max: "2026-12-31",
    };
    await using view = await open({ ...notice, value: "2026-03-04" });
    const input = view.page.locator(".value input");
    await input.fill("2025-01-01");
    await input.press("Enter");
    expect(await view.inputs()).toEqual([]);
    await input.fill("2026-06-01");
    await input.press("Enter");
    expect(await view.inputs()).toEqual(picked("2026-06-01"));
    await view.notify({ ...notice, value: "2026-03-04" });
    await view.page.getByRole("button", { name: "Clear" }).dispatchEvent("click");
    expect(await view.inputs()).toEqual(picked(""));
  });

  test("leaves the focus to the page's text field while suggestions are shown", async () => {
    const suggestions: PickerNotice = {
      ...select,
      type: "datalist",
      value: "b",
      options: options.slice(0, 2),
    };
    await using view = await open(suggestions);
    await view.page.keyboard.press("o");
    expect((await view.inputs()).map(({ kind }) => kind)).toEqual(["key", "key"]);
    await view.page.keyboard.press("ArrowDown");
    expect(await view.run(focused)).toBe("listbox");
    await view.page.keyboard.press("Enter");
    // The release of Enter belongs to no press that the source knows.
    expect(await view.inputs()).toEqual(picked("bon"));
    expect(await view.run(focused)).toBe("TEXTAREA");
    await view.notify(suggestions);
    await view.page.keyboard.press("Escape");
    expect((await view.inputs()).map(({ kind }) => kind)).toEqual(["picker", "key", "key"]);
    await view.notify(suggestions);
    await view.page.mouse.click(60, 48);
    const inputs = await view.inputs();
    expect(inputs.filter((input) => input.kind === "picker")).toEqual(cancelled);
    expect(inputs.slice(-2)).toMatchObject([{ event: "down" }, { event: "up" }]);
    expect(await view.controls()).toEqual([]);
  });

  test("is read-only for a viewer without control", async () => {
    await using view = await open(select, { canAnswer: false });
    expect(await view.page.getByRole("dialog").textContent()).toContain(
      "Only the viewer who has control can choose.",
    );
    await view.page.getByRole("option", { name: "Berlin" }).click();
    await view.page.mouse.click(60, 60);
    expect((await view.inputs()).map(({ kind }) => kind)).not.toContain("picker");
    await view.notify({ kind: "closed", id: "p1" });
    expect(await view.page.getByRole("listbox").count()).toBe(0);
  });
});
