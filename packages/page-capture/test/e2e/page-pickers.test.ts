import { type ClosedNotice, type PickerNotice, parsePageNotice } from "@broadcast-ipc/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTarget } from "../../src/browser/open-target.ts";
import type { PageTarget } from "../../src/browser/page-target.ts";
import { PagePickers } from "../../src/page/page-pickers.ts";
import { type DrivenPage, drive, drivers } from "../support/drivers.ts";
import { isSkipped } from "../support/find-browser.ts";
import { Site } from "../support/site.ts";

const width = 400;
const height = 300;

const style = (left: number, top: number) =>
  `position:absolute;left:${left}px;top:${top}px;width:100px;height:30px;margin:0;box-sizing:border-box`;

/** Logs the events that reach the page. */
const logging = `<script>window.log = [];
  for (const type of ["mousedown", "click", "keydown", "input", "change", "focus", "blur"])
    addEventListener(type, ({ target, key, defaultPrevented }) => target.id && log.push(
      [type, target.id, key, defaultPrevented && "prevented"].filter(Boolean).join(" ")), true);
  new MutationObserver(() => log.push("mutation"))
    .observe(document, { subtree: true, childList: true, attributes: true });
</script>`;

const controls = `<!doctype html><body style="margin:0">
  <select id="select" style="${style(0, 0)}">
    <option value="a">Apple</option>
    <optgroup label="Citrus"><option value="l" selected>Lemon</option><option value="o" disabled>Orange</option></optgroup>
    <option value="a">Another</option>
  </select>
  <input id="date" type="date" value="2024-05-06" min="2024-05-01" max="2024-06-30" style="${style(100, 0)}">
  <input id="color" type="color" value="#112233" style="${style(200, 0)}">
  <input id="list" list="fruit" style="${style(300, 0)}">
  <datalist id="fruit"><option value="kiwi"><option value="lime" label="green"><option value="" label="none"></datalist>
  <input id="time" type="time" step="60" style="${style(0, 100)}">
  <select id="off" disabled style="${style(100, 100)}"><option>a</select>
  <select id="box" multiple style="${style(200, 100)}"><option>a<option>b</select>
  <select id="prevented" onmousedown="event.preventDefault()" style="${style(300, 100)}"><option>a</select>
  <div onmousedown="event.stopPropagation()"><select id="stopped" style="${style(0, 150)}"><option>a<option>b</select></div>
  <select id="own" style="${style(100, 150)}"><option>a<option>b</select>
  <style>#own, #own::picker(select) { appearance: base-select }</style>
  <label for="hidden" style="${style(200, 150)}">pick</label>
  <input id="hidden" type="color" style="${style(390, 250)};opacity:0;width:1px">
  <button id="later" style="${style(300, 150)}" onclick="setTimeout(() => date.showPicker(), 400)">later</button>
  <div id="host" style="${style(0, 200)}"><template shadowrootmode="open"><select><option>x<option>y</select></template></div>
  <input id="readonly" type="date" readonly style="${style(100, 200)}">
  <button id="button" style="${style(200, 200)}" onclick="log.push('pressed')">press</button>
  <input id="month" type="month" style="${style(0, 250)}"><input id="week" type="week" style="${style(100, 250)}">
  <input id="local" type="datetime-local" style="${style(200, 250)}">
  ${logging}`;

const frames = `<!doctype html><body style="margin:0">
  <iframe src="/inner" style="position:absolute;left:100px;top:50px;width:200px;height:100px;border:10px solid"></iframe>
  <iframe src="OTHER/outer" style="position:absolute;left:0;top:200px;width:300px;height:100px;border:0"></iframe>`;
const outer = `<!doctype html><iframe src="OTHER/inner"
  style="position:absolute;left:20px;top:10px;width:200px;height:80px;border:0"></iframe>
  <select id="select" style="${style(200, 60)}"><option>a<option>b</select>${logging}`;
const inner = `<!doctype html><select id="select" style="${style(10, 20)}"><option>a<option>b</select>${logging}`;

type Notice = PickerNotice | ClosedNotice;

class Visit implements AsyncDisposable {
  readonly driven: DrivenPage;
  readonly target: PageTarget;
  notices: Notice[] = [];
  pickers: PagePickers;

  constructor(driven: DrivenPage, target: PageTarget) {
    this.driven = driven;
    this.target = target;
    this.pickers = this.start();
  }

  start(): PagePickers {
    this.notices = [];
    this.pickers = PagePickers.start(this.target, {
      notify: (notice) => this.notices.push(parsePageNotice(notice) as Notice),
    });
    return this.pickers;
  }

  async click(x: number, y: number): Promise<void> {
    const { session } = this.target;
    await session.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    const press = { x, y, button: "left", clickCount: 1 };
    await session.send("Input.dispatchMouseEvent", { type: "mousePressed", ...press });
    await session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...press });
  }

  async press(key: string, modifiers = 0, text?: string): Promise<void> {
    const codes: Record<string, number> = {
      ArrowDown: 40,
      F4: 115,
      " ": 32,
      Escape: 27,
      Tab: 9,
      k: 75,
      z: 90,
    };
    const common = { key, code: key, windowsVirtualKeyCode: codes[key], modifiers };
    const { session } = this.target;
    await session.send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", text, ...common });
    await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...common });
  }

  /** Clicks. Returns the picker that opens, or `undefined` after a second. */
  async clickToOpen(x: number, y: number): Promise<PickerNotice | undefined> {
    await this.click(x, y);
    return this.opened(1000).catch(() => undefined);
  }

  async opened(timeout = 10_000): Promise<PickerNotice> {
    await expect.poll(() => this.pickers.open.length, { interval: 10, timeout }).toBe(1);
    return this.pickers.open[0] as PickerNotice;
  }

  async closed(): Promise<void> {
    await expect.poll(() => this.pickers.open.length, { interval: 10, timeout: 10_000 }).toBe(0);
  }

  log(): Promise<string[]> {
    return this.driven.evaluate("log.splice(0)");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.driven[Symbol.asyncDispose]();
  }
}

describe.skipIf(isSkipped).each(drivers)("PagePickers with %s", (driver) => {
  // The script in the page is the same for all drivers.
  const testOnce = test.skipIf(driver !== "playwright");
  let site: Site;
  let visit: Visit;

  beforeAll(async () => {
    site = await Site.open({ "/controls": controls, "/frames": frames, "/outer": outer, "/inner": inner });
    const driven = await drive(driver, { width, height });
    visit = new Visit(driven, await openTarget(driven.page));
    visit.pickers.close();
  });
  beforeEach(async () => {
    await visit.driven.goto(site.url("/controls"));
    await visit.start().ready;
  });
  afterEach(() => visit.pickers.close());
  afterAll(async () => {
    await visit[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  test("offers the options of a select, and chooses one with the events of a choice by hand", async () => {
    await visit.click(50, 15);
    const notice = await visit.opened();
    expect(notice).toEqual({
      kind: "picker",
      id: expect.any(String),
      type: "select",
      x: 0,
      y: 0,
      width: 100 / width,
      height: 30 / height,
      options: [
        { value: "a", label: "Apple" },
        { value: "l", label: "Lemon", group: "Citrus", selected: true },
        { value: "o", label: "Orange", group: "Citrus", disabled: true },
        { value: "a #3", label: "Another" },
      ],
    });
    expect(await visit.log()).toEqual(["mousedown select", "focus select", "click select"]);

    visit.pickers.answer({ kind: "picker", id: notice.id, values: ["a #3"] });
    await expect.poll(() => visit.driven.evaluate("select.selectedIndex")).toBe(3);
    expect(await visit.log()).toEqual(["input select", "change select"]);
    expect(visit.notices).toEqual([notice, { kind: "closed", id: notice.id }]);
    expect(visit.pickers.open).toEqual([]);
  });

  testOnce("leaves keys and clicks to the page while a picker is open", async () => {
    await visit.click(50, 15);
    await visit.opened();
    await visit.log();
    await visit.press("ArrowDown");
    expect(await visit.log()).toEqual(
      ["keydown select", "input select", "change select"].map((entry) =>
        entry === "keydown select" ? "keydown select ArrowDown" : entry,
      ),
    );
    await expect
      .poll(() => visit.pickers.open[0]?.options?.find(({ selected }) => selected)?.label)
      .toBe("Another");
    await visit.click(250, 215);
    await visit.closed();
    expect(await visit.log()).toContain("pressed");
    expect(await visit.driven.evaluate("select.selectedIndex")).toBe(3);
  });

  testOnce.each([
    ["Alt+ArrowDown", "ArrowDown", 1, undefined],
    ["F4", "F4", 0, undefined],
    ["Space", " ", 0, " "],
  ] as const)("opens by %s", async (_, key, modifiers, text) => {
    for (const id of ["select", "date", "color"].slice(0, key === " " ? 3 : 2)) {
      await visit.driven.evaluate(`${id}.focus()`);
      await visit.press(key, modifiers, text);
      expect((await visit.opened()).type).toBe(id);
      await visit.press("Escape");
      await visit.closed();
    }
  });

  testOnce.each([
    {
      id: "date",
      x: 190,
      y: 15,
      content: { value: "2024-05-06", min: "2024-05-01", max: "2024-06-30" },
      good: "2024-06-30",
      bad: ["2024-07-01", "soon"],
    },
    { id: "color", x: 250, y: 15, content: { value: "#112233" }, good: "#aabbcc", bad: ["bright"] },
    { id: "time", x: 90, y: 115, content: { value: "", step: "60" }, good: "13:37", bad: ["13:37:30"] },
    { id: "month", x: 90, y: 265, content: { value: "" }, good: "2024-02", bad: ["2024-13"] },
    { id: "week", x: 190, y: 265, content: { value: "" }, good: "2024-W07", bad: ["2024"] },
    { id: "local", x: 290, y: 265, content: { value: "" }, good: "2024-02-03T04:05", bad: ["2024-02-03"] },
  ])("sets an input of type $id", async ({ id, x, y, content, good, bad }) => {
    const value = () => visit.driven.evaluate(`document.getElementById("${id}").value`);
    for (const refused of bad) {
      await visit.click(x, y);
      const { id: picker } = await visit.opened();
      visit.pickers.answer({ kind: "picker", id: picker, values: [refused] });
    }
    await visit.click(x, y);
    const notice = await visit.opened();
    expect(notice).toMatchObject({ ...content, type: id === "local" ? "datetime-local" : id });
    expect(await value()).toBe(content.value);
    const log = await visit.log();
    expect(log.filter((entry) => /input|change|blur|mutation/.test(entry))).toEqual([]);
    visit.pickers.answer({ kind: "picker", id: notice.id, values: [good] });
    await expect.poll(value).toBe(good);
    expect(await visit.log()).toEqual([`input ${id}`, `change ${id}`]);
    // No native pop-up takes the keys.
    await visit.press("z", 0, "z");
    expect(await visit.log()).toContain(`keydown ${id} z`);
  });

  testOnce("sets an input whose value a framework tracks", async () => {
    // React defines a property on the element, and ignores events after which the value is the one that it has set.
    await visit.driven.evaluate(`(() => {
      const { get, set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
      let known = date.value;
      Object.defineProperty(date, "value", {
        configurable: true,
        get() { return get.call(this); },
        set(value) { known = value; set.call(this, value); },
      });
      date.addEventListener("input", () => log.push(known === date.value ? "unnoticed" : "noticed"));
    })()`);
    await visit.click(190, 15);
    const { id } = await visit.opened();
    visit.pickers.answer({ kind: "picker", id, values: ["2024-05-07"] });
    await expect.poll(() => visit.driven.evaluate("date.value")).toBe("2024-05-07");
    expect(await visit.log()).toContain("noticed");
  });

  testOnce("suggests the options of a datalist that match the text", async () => {
    await visit.click(350, 15);
    const first = await visit.opened();
    expect(first).toMatchObject({
      type: "datalist",
      value: "",
      options: [
        { value: "kiwi", label: "kiwi" },
        { value: "lime", label: "green" },
      ],
    });
    await visit.press("k", 0, "k");
    await expect
      .poll(() => visit.pickers.open)
      .toEqual([{ ...first, value: "k", options: [{ value: "kiwi", label: "kiwi" }] }]);
    await visit.press("z", 0, "z");
    await visit.closed();
    await visit.driven.evaluate("list.value = ''");
    await visit.press("ArrowDown");
    const { id } = await visit.opened();
    await visit.log();
    visit.pickers.answer({ kind: "picker", id, values: ["lime"] });
    await expect.poll(() => visit.driven.evaluate("list.value")).toBe("lime");
    expect(await visit.log()).toEqual(["input list", "change list"]);
  });

  testOnce(
    "opens if the page stops the event, calls showPicker() later, or has a label that opens it",
    async () => {
      await visit.click(50, 165);
      expect((await visit.opened()).options).toHaveLength(2);
      await visit.click(250, 165);
      await expect.poll(() => visit.pickers.open[0]?.type).toBe("color");
      await visit.click(350, 165);
      await expect.poll(() => visit.pickers.open[0]?.type).toBe("date");
      await visit.press("Escape");
      await visit.closed();
      await visit.click(10, 210);
      expect((await visit.opened()).options).toMatchObject([{ label: "x" }, { label: "y" }]);
    },
  );

  testOnce("opens no picker where no native pop-up would open", async () => {
    for (const [x, y] of [
      [150, 115],
      [250, 115],
      [350, 115],
      [150, 165],
      [190, 215],
    ] as const)
      await visit.click(x, y);
    await visit.click(50, 15);
    expect((await visit.opened()).options?.[0]?.label).toBe("Apple");
    expect(visit.notices).toHaveLength(1);
    expect(await visit.driven.evaluate("own.matches(':open')")).toBe(false);
  });

  testOnce.each([
    ["loses the focus", "document.activeElement.blur()"],
    ["is removed", "select.remove()"],
    ["is disabled", "select.disabled = true"],
    ["is hidden", "select.style.display = 'none'"],
    ["is in a document that is left", "location.href = '/frames'"],
    ["is in a document that is opened again", "document.open(), document.close()"],
  ])("closes the picker of an element that %s", async (_, action) => {
    await visit.click(50, 15);
    const { id } = await visit.opened();
    await visit.driven.evaluate(`void (${action})`);
    await visit.closed();
    expect(visit.notices.at(-1)).toEqual({ kind: "closed", id });
    visit.pickers.answer({ kind: "picker", id, values: ["a"] });
  });

  testOnce("reports an element's move and new options with the same id", async () => {
    await visit.click(50, 15);
    const { id } = await visit.opened();
    await visit.driven.evaluate("select.style.left = '40px'; select.add(new Option('New', 'n'))");
    await expect.poll(() => visit.pickers.open[0]).toMatchObject({ id, x: 40 / width });
    expect(visit.pickers.open[0]?.options?.at(-1)).toEqual({ value: "n", label: "New" });
    visit.pickers.answer({ kind: "picker", id, values: ["n"] });
    await expect.poll(() => visit.driven.evaluate("select.value")).toBe("n");
  });

  test("works in iframes of the same site and of another site", async () => {
    await visit.driven.goto(site.url("/frames"));
    for (const [x, y, left, top] of [
      [130, 90, 120, 80],
      [210, 270, 200, 260],
      [40, 240, 30, 230],
    ] as const) {
      // The session of an iframe of another site begins some time after the iframe has loaded.
      await expect
        .poll(() => visit.clickToOpen(x, y), { timeout: 20_000 })
        .toMatchObject({
          type: "select",
          x: expect.closeTo(left / width),
          y: expect.closeTo(top / height),
          width: expect.closeTo(100 / width),
          height: expect.closeTo(30 / height),
        });
      const { id } = await visit.opened();
      visit.pickers.answer({ kind: "picker", id, values: ["b"] });
      await visit.click(x, y);
      expect((await visit.opened()).options?.[1]).toMatchObject({ value: "b", selected: true });
    }
  });

  testOnce("ignores an unknown id, and closes without a choice for null", async () => {
    await visit.click(50, 15);
    const { id } = await visit.opened();
    visit.pickers.answer({ kind: "picker", id: "other", values: ["a"] });
    expect(visit.pickers.open).toHaveLength(1);
    visit.pickers.answer({ kind: "picker", id, values: null });
    expect(visit.pickers.open).toEqual([]);
    await visit.log();
    await visit.press("ArrowDown");
    expect(await visit.log()).toContain("keydown select ArrowDown");
  });

  testOnce("bounds the options of a select and the pickers that a page opens", async () => {
    await visit.driven.evaluate(`for (let i = 0; i < 2000; i++) select.add(new Option("x".repeat(300), i))`);
    await visit.click(50, 15);
    expect((await visit.opened()).options?.length).toBeLessThan(700);
    visit.notices = [];
    const started = performance.now();
    await visit.driven.evaluate(`(async () => {
      for (let i = 0; i < 40; i++) {
        const input = document.createElement("input");
        input.type = "date";
        document.body.replaceChildren(input);
        input.showPicker();
        await new Promise((done) => setTimeout(done, 210));
        if (!navigator.userActivation.isActive) break;
      }
    })()`);
    const opened = visit.notices.filter(({ kind }) => kind === "picker");
    const seconds = Math.ceil((performance.now() - started) / 1000);
    expect(opened.length).toBeLessThanOrEqual(seconds * 10);
  });

  testOnce("bounds the options of a group with a long label", async () => {
    await visit.driven.evaluate(`(() => {
      const group = document.createElement("optgroup");
      group.label = "x".repeat(4000);
      for (let i = 0; i < 1000; i++) group.append(new Option(i));
      select.replaceChildren(group);
    })()`);
    await visit.click(50, 15);
    expect((await visit.opened()).options?.length).toBeLessThan(60);
  });

  test("is gone from the page after close()", async () => {
    visit.pickers.close();
    await visit.driven.goto(site.url("/controls"));
    await visit.click(50, 15);
    await expect.poll(() => visit.driven.evaluate("select.matches(':open')")).toBe(true);
    expect(visit.notices).toEqual([]);
    await visit.driven.evaluate("select.blur()");
  });
});
