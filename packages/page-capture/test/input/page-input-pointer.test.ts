import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { isSkipped } from "../support/find-browser.ts";
import { InputPage } from "./support/input-page.ts";

describe.skipIf(isSkipped)("PageInput with a pointer", () => {
  let page: InputPage;
  let scale = 1;

  beforeAll(async () => {
    page = await InputPage.open("playwright", {}, () => scale);
  });

  afterAll(() => page?.[Symbol.asyncDispose]());

  const touch = (
    event: "start" | "move" | "end" | "cancel",
    ...points: [id: number, x: number, y: number][]
  ) =>
    page.perform({
      kind: "touch",
      event,
      points: points.map(([id, x, y]) => ({ id, x: x / 800, y: y / 600 })),
    });

  /** Resolves when the page has stopped changing. */
  const offset = (expression: string) => page.evaluate<number>(expression);

  test("presses and releases each button", async () => {
    await page.show(
      "<body style='height: 600px'>",
      "mousedown",
      "mouseup",
      "click",
      "auxclick",
      "contextmenu",
    );
    for (const button of ["left", "middle", "right", "back", "forward"] as const) page.click(100, 50, button);
    await page.expectEvents(
      "mousedown 100 50 0 1 1",
      "mouseup 100 50 0 0 1",
      "click 100 50 0 0 1",
      "mousedown 100 50 1 4 1",
      "mouseup 100 50 1 0 1",
      "auxclick 100 50 1 0 1",
      "mousedown 100 50 2 2 1",
      "contextmenu 100 50 2 2 0",
      "mouseup 100 50 2 0 1",
      "auxclick 100 50 2 0 1",
      "mousedown 100 50 3 8 1",
      "mouseup 100 50 3 0 1",
      "auxclick 100 50 3 0 1",
      "mousedown 100 50 4 16 1",
      "mouseup 100 50 4 0 1",
      "auxclick 100 50 4 0 1",
    );
  });

  test("selects a word with a double click and a line with a triple click", async () => {
    await page.show("<p>one two three</p>", "dblclick");
    const selected = () => page.evaluate("String(getSelection())");
    page.click(60, 10);
    page.click(60, 10, "left", 2);
    await expect.poll(selected).toBe("two");
    page.click(60, 10, "left", 3);
    await expect.poll(selected).toMatch(/^one two three/);
    await page.expectEvents("dblclick 60 10 0 0 2");
  });

  test("hovers, and carries the held buttons and the modifiers with each move", async () => {
    await page.show("<style>p:hover { color: red }</style><p>text", "mousemove");
    page.pointer("move", 60, 10);
    await expect.poll(() => page.evaluate("document.querySelector('p:hover')?.tagName")).toBe("P");
    page.pointer("down", 60, 10, "right");
    page.perform({
      kind: "pointer",
      event: "move",
      x: 0.5,
      y: 0.5,
      button: "none",
      clickCount: 0,
      shift: true,
    });
    page.pointer("up", 400, 300, "right");
    await page.expectEvents("mousemove 60 10 0 0 0", "mousemove 400 300 0 2 0 shiftKey");
  });

  test("clamps positions to the page's last pixel", async () => {
    await page.show("<body style='height: 600px'>", "mousedown");
    page.pointer("down", 800, 600);
    page.pointer("up", 800, 600);
    await page.expectEvents("mousedown 799 599 0 1 1");
  });

  test("selects text by dragging", async () => {
    await page.show("<p>one two three</p>");
    page.pointer("move", 1, 10);
    page.pointer("down", 1, 10);
    for (let x = 10; x <= 80; x += 10) page.pointer("move", x, 10);
    page.pointer("up", 82, 10);
    await expect.poll(() => page.evaluate("String(getSelection())")).toBe("one two");
  });

  const draggable = `<style>div { position: absolute; width: 100px; height: 100px; background: silver }</style>
    <div id=source draggable=true></div><div id=target style="left: 300px"></div>
    <script>
      source.ondragstart = (event) => event.dataTransfer.setData("text/plain", "payload");
      target.ondragover = (event) => event.preventDefault();
      target.ondrop = (event) => { event.preventDefault(); events.push(event.dataTransfer.getData("text/plain")); };
    </script>`;

  test("drags and drops elements", async () => {
    await page.show(draggable, "dragstart", "dragenter", "drop", "dragend", "mouseup", "mousemove");
    page.pointer("down", 50, 50);
    page.pointer("move", 70, 50);
    await expect.poll(() => page.evaluate("events")).toContain("dragstart 50 50 0 1 0");
    page.pointer("move", 320, 50);
    page.pointer("up", 330, 60);
    await expect.poll(() => page.evaluate("events.at(-1)")).toMatch("dragend 330 60");
    page.pointer("move", 340, 60);
    await page.expectEvents(
      "mousemove 50 50 0 0 0",
      "mousemove 70 50 0 1 0",
      "dragstart 50 50 0 1 0",
      "dragenter 320 50 0 0 0",
      "drop 330 60 0 0 0",
      "payload",
      "dragend 330 60 0 0 0",
      "mousemove 340 60 0 0 0",
    );
  });

  test("drops what is dragged quickly", async () => {
    await page.show(draggable);
    page.pointer("down", 50, 50);
    for (let x = 60; x <= 330; x += 30) page.pointer("move", x, 50);
    page.pointer("up", 330, 50);
    await page.expectEvents("payload");
  });

  test("cancels a drag when its viewer leaves", async () => {
    await page.show(draggable, "dragstart", "drop", "dragend", "click");
    page.pointer("down", 50, 50);
    page.pointer("move", 70, 50);
    await expect.poll(() => page.evaluate("events")).toHaveLength(1);
    page.pointer("move", 330, 50);
    page.input.release("");
    await expect.poll(() => page.evaluate("events.at(-1)")).toMatch(/^dragend/);
    page.click(600, 300);
    await expect.poll(() => page.evaluate("events.at(-1)")).toBe("click 600 300 0 0 1");
    expect(await page.evaluate("events")).toHaveLength(3);
  });

  test("cancels a drag with Escape", async () => {
    await page.show(draggable, "dragstart", "drop", "dragend", "mouseup");
    page.pointer("down", 50, 50);
    page.pointer("move", 70, 50);
    await expect.poll(() => page.evaluate("events")).toEqual(["dragstart 50 50 0 1 0"]);
    page.pointer("move", 330, 50);
    page.press("Escape", "Escape");
    page.pointer("up", 330, 50);
    await expect
      .poll(() => page.evaluate("events.slice(1).map((event) => event.split(' ')[0])"))
      .toEqual(["dragend", "mouseup"]);
  });

  test("releases the buttons of a viewer that has left, without a click", async () => {
    await page.show("<body style='height: 600px'>", "mousedown", "mouseup", "click", "mousemove");
    page.pointer("down", 10, 10, "left", 1, "a");
    await expect.poll(() => page.evaluate("events.length")).toBe(2);
    page.pointer("move", 20, 20, "none", 0, "b");
    page.input.release("a");
    page.pointer("move", 30, 30, "none", 0, "b");
    await page.expectEvents(
      "mousemove 10 10 0 0 0",
      "mousedown 10 10 0 1 1",
      "mouseup -1 -1 0 0 1",
      "click HTML",
      "mousemove 30 30 0 0 0",
    );
  });

  test("scrolls with the wheel in each delta mode", async () => {
    await page.show("<body style='height: 9000px; width: 9000px'>", "wheel");
    const wheel = (deltaX: number, deltaY: number, deltaMode?: "pixel" | "line" | "page", ctrl = false) =>
      page.perform({ kind: "wheel", x: 0.5, y: 0.5, deltaX, deltaY, ctrl, ...(deltaMode && { deltaMode }) });
    wheel(0, 120);
    await page.expectEvents("wheel 0 120");
    wheel(0, 3, "line");
    await page.expectEvents("wheel 0 100");
    wheel(0, 1, "page");
    await page.expectEvents("wheel 0 600");
    wheel(40, 0, "pixel");
    await page.expectEvents("wheel 40 0");
    wheel(0, -1, "pixel", true);
    await page.expectEvents("wheel 0 -1 ctrlKey");
    await expect.poll(() => page.evaluate("[scrollX, scrollY]")).toEqual([40, 819]);
  });

  test("clicks where the viewer sees it in a page that is scrolled", async () => {
    await page.show("<body style='height: 9000px'>", "click");
    await page.evaluate("scrollTo(0, 1000)");
    page.click(200, 100);
    await page.expectEvents("click 200 100 0 0 1");
  });

  test("taps, and scrolls with a swipe", async () => {
    await page.show("<body style='height: 9000px'>", "touchstart", "touchend", "click");
    touch("start", [5, 100, 50]);
    touch("end");
    await page.expectEvents("touchstart 1", "touchend 0", "click 100 50 0 0 1");
    touch("start", [6, 400, 500]);
    for (let y = 490; y >= 100; y -= 10) touch("move", [6, 400, y]);
    touch("end");
    await expect.poll(() => offset("scrollY")).toBeGreaterThan(300);
    await page.expectEvents("touchstart 1", "touchend 0");
  });

  test("zooms with a pinch, and clicks where the viewer sees it in the zoomed page", async () => {
    onTestFinished(async () => {
      scale = 1;
      await page.goto("about:blank");
    });
    await page.show(
      "<meta name=viewport content='width=device-width'><body style='height: 600px'>",
      "click",
      "touchend",
    );
    touch("start", [1, 390, 300]);
    touch("start", [1, 390, 300], [2, 410, 300]);
    for (let d = 10; d <= 200; d += 10) {
      touch("move", [1, 390 - d, 300], [2, 410 + d, 300]);
      // Merged moves are a jump, which is no pinch.
      await page.evaluate("new Promise(requestAnimationFrame)");
    }
    touch("end", [1, 190, 300]);
    touch("end");
    await page.expectEvents("touchend 1", "touchend 0");
    await expect.poll(() => offset("visualViewport.scale")).toBeGreaterThan(1.5);
    // The page learns of a zoom some frames later than it is shown.
    await page.evaluate(`new Promise((resolve) => {
      let [last, same] = [0, 0];
      const check = () => {
        same = visualViewport.scale === last ? same + 1 : 0;
        last = visualViewport.scale;
        if (same === 20) resolve();
        else requestAnimationFrame(check);
      };
      check();
    })`);
    const [left, top, width] = await page.evaluate<[number, number, number]>(
      "[visualViewport.offsetLeft, visualViewport.offsetTop, visualViewport.width]",
    );
    scale = 800 / width;
    page.click(400, 300);
    const [x, y] = [Math.round(left + 400 / scale), Math.round(top + 300 / scale)];
    await expect
      .poll(() => page.evaluate("events.map((event) => event.split(' ').slice(1, 3).map(Number))"))
      .toEqual([[expect.closeTo(x, -1), expect.closeTo(y, -1)]]);
  });

  test("lifts the fingers of a viewer that leaves without a tap", async () => {
    await page.show("<body style='height: 600px'>", "touchstart", "touchend", "touchcancel", "click");
    touch("start", [1, 100, 100]);
    await expect.poll(() => page.evaluate("events.length")).toBe(1);
    page.input.release("");
    touch("start", [1, 200, 100]);
    touch("end");
    await page.expectEvents(
      "touchstart 1",
      "touchcancel 0",
      "touchstart 1",
      "touchend 0",
      "click 200 100 0 0 1",
    );
  });
});
