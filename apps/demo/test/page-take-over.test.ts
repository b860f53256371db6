import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { InputMessage } from "../src/input-message.ts";
import { frameHeight, TestBroadcast } from "./support/test-broadcast.ts";
import { launchBrowser, openPage, shownFrame } from "./support/test-browser.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

describe.skipIf(!executablePath && !process.env.CI)("TakeOver", () => {
  let browser: Browser;
  let inputs: InputMessage[];

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  beforeEach(() => {
    inputs = [];
  });

  async function open(broadcast: TestBroadcast, rotation: 0 | 90 = 0): Promise<Page> {
    broadcast.page.onInput = (input) => inputs.push(input);
    broadcast.publish((sample) => ({ ...sample, rotation }));
    const { page } = await openPage(browser, broadcast.page.url);
    await page.waitForSelector("body[data-state=live][data-input=offered]");
    return page;
  }

  /** Converts fractions of the video's width and height to a position in the window, in pixels. */
  async function place(page: Page, x: number, y: number): Promise<[number, number]> {
    const box = await page.locator("#video").boundingBox();
    if (box === null) throw new Error("the video is not visible");
    return [box.x + x * box.width, box.y + y * box.height];
  }

  function kinds(): string[] {
    return inputs.map((input) => (input.kind === "wheel" ? "wheel" : `${input.kind} ${input.event}`));
  }

  test("reports pointer, wheel and keys with positions and modifiers after a press on the video", async () => {
    await using broadcast = await TestBroadcast.open();
    const page = await open(broadcast);
    await page.mouse.move(...(await place(page, 0.5, 0.5)));
    await page.mouse.wheel(0, 10);
    await page.keyboard.press("a");
    await page.mouse.move(...(await place(page, 0.25, 0.75)));
    await page.mouse.down();
    await page.mouse.move(...(await place(page, 0.5, 0.5)));
    await page.mouse.up();
    await page.keyboard.press("Control+Shift+K");
    await page.mouse.wheel(30, -120);
    await expect.poll(() => kinds().at(-1)).toBe("wheel");
    // Input before the press is not reported. The move is reported before the release of the button.
    expect(kinds().slice(0, 3)).toEqual(["pointer down", "pointer move", "pointer up"]);
    expect(inputs[0]).toMatchObject({ button: "left", clickCount: 1 });
    expect(inputs[0]).toHaveProperty("x", expect.closeTo(0.25, 2));
    expect(inputs[0]).toHaveProperty("y", expect.closeTo(0.75, 2));
    expect(inputs[1]).toMatchObject({ button: "left", clickCount: 0 });
    expect(inputs[2]).toHaveProperty("x", expect.closeTo(0.5, 2));
    expect(inputs).toContainEqual({
      kind: "key",
      event: "down",
      key: "K",
      code: "KeyK",
      ctrl: true,
      shift: true,
    });
    expect(inputs.at(-1)).toMatchObject({ deltaX: 30, deltaY: -120 });
    await page.close();
  });

  test("reports many moves within one display frame as one move", async () => {
    await using broadcast = await TestBroadcast.open();
    const page = await open(broadcast);
    await page.focus("#video");
    await page.evaluate(`for (let x = 0; x < 500; x++) {
      const canvas = document.querySelector("#video");
      const { left, top } = canvas.getBoundingClientRect();
      canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: left + x, clientY: top + 5 }));
    }`);
    await page.keyboard.press("a");
    await expect.poll(() => kinds().at(-1)).toBe("key up");
    expect(kinds()).toEqual(["pointer move", "key down", "key up"]);
    await page.close();
  });

  test("reports double clicks and the right button", async () => {
    await using broadcast = await TestBroadcast.open();
    const page = await open(broadcast);
    await page.mouse.dblclick(...(await place(page, 0.5, 0.5)));
    await page.mouse.click(...(await place(page, 0.5, 0.5)), { button: "right" });
    await expect.poll(() => kinds().filter((kind) => kind === "pointer up").length).toBe(3);
    const downs = inputs.filter((input) => input.kind === "pointer" && input.event === "down");
    expect(downs).toMatchObject([
      { clickCount: 1, button: "left" },
      { clickCount: 2, button: "left" },
      { clickCount: 1, button: "right" },
    ]);
    await page.close();
  });

  test("reports positions in the coordinates of the unrotated frame", async () => {
    await using broadcast = await TestBroadcast.open();
    const page = await open(broadcast, 90);
    await page.mouse.click(...(await place(page, 0.75, 0.25)));
    await expect.poll(() => inputs.length).toBeGreaterThan(0);
    // The frame is rotated clockwise: its left edge is at the top of the canvas, and its top edge on the right.
    expect(inputs[0]).toHaveProperty("x", expect.closeTo(0.25, 2));
    expect(inputs[0]).toHaveProperty("y", expect.closeTo(0.25, 2));
    await page.close();
  });

  test("releases the keyboard and all pressed keys after Escape twice or a click on the release button", async () => {
    await using broadcast = await TestBroadcast.open();
    const page = await open(broadcast);
    await page.focus("#video");
    await page.waitForSelector("body[data-input=taken]");
    expect(await page.textContent("[data-take-over=spoken]")).toContain("Escape twice");
    await page.keyboard.down("Shift");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.waitForSelector("body[data-input=offered]");
    await page.keyboard.press("b");
    await page.click("#video");
    await page.click("#release");
    await page.waitForSelector("body[data-input=offered]");
    await page.keyboard.press("c");
    await page.focus("#video");
    await page.keyboard.press("d");
    await expect.poll(() => inputs.some((input) => input.kind === "key" && input.key === "d")).toBe(true);
    const keys = inputs.flatMap((input) => (input.kind === "key" ? `${input.key} ${input.event}` : []));
    expect(keys.slice(0, 4)).toEqual(["Shift down", "Escape down", "Escape up", "Shift up"]);
    expect(keys).not.toContain("b down");
    expect(keys).not.toContain("c down");
    await page.close();
  });

  test("makes the video unfocusable and shows no hint if the source accepts no input", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page } = await openPage(browser, broadcast.page.url);
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(0);
    expect(await page.getAttribute("#video", "tabindex")).toBeNull();
    expect(await page.textContent("[data-take-over=hint]")).toBe("");
    await page.close();
  });
});
