import type { ViewerInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { isSkipped } from "../support/shared-browser.ts";
import { TestView } from "./support/test-view.ts";

/** The canvas is 640 × 360 CSS pixels at 40, 30. Its centre: */
const centre = [360, 210] as const;

function pointer(event: "move" | "down" | "up", x: number, y: number, fields: object = {}): ViewerInput {
  const button = event === "move" ? "none" : "left";
  return { kind: "pointer", event, x, y, button, clickCount: event === "move" ? 0 : 1, ...fields };
}

describe.skipIf(isSkipped)("MouseCapture", () => {
  test("sends nothing before a press, and takes control with the first press", async () => {
    await using view = await TestView.open();
    await view.page.mouse.move(...centre);
    await view.page.mouse.wheel(40, 0);
    expect(await view.inputs()).toEqual([]);
    await view.page.mouse.down();
    await view.page.mouse.move(200, 120);
    await view.page.mouse.up();
    expect(await view.inputs()).toEqual([
      pointer("down", 0.5, 0.5),
      pointer("move", 0.25, 0.25),
      pointer("up", 0.25, 0.25),
    ]);
    expect(await view.controls()).toEqual([true]);
    expect(view.complaints).toEqual([]);
  });

  test("takes no control while it is not enabled", async () => {
    await using view = await TestView.open();
    await view.run("capture.enabled = false");
    await view.page.mouse.click(...centre);
    expect(await view.inputs()).toEqual([]);
    expect(await view.controls()).toEqual([]);
    expect(await view.run("viewRoot.activeElement")).toBeNull();
    const canvas = view.page.locator("canvas");
    expect(await canvas.getAttribute("tabindex")).toBeNull();
    expect(await canvas.getAttribute("role")).toBe("img");
  });

  test("counts double and triple clicks, and reports modifiers", async () => {
    await using view = await TestView.open();
    await view.page.mouse.click(...centre, { clickCount: 3 });
    const presses = await view.inputs();
    expect(
      presses.flatMap((input) =>
        input.kind === "pointer" && input.event === "down" ? input.clickCount : [],
      ),
    ).toEqual([1, 2, 3]);
    await view.page.keyboard.down("Shift");
    await view.page.mouse.down();
    await view.page.mouse.up();
    expect(await view.inputs()).toEqual([
      { kind: "key", event: "down", key: "Shift", code: "ShiftLeft", location: 1, shift: true },
      pointer("down", 0.5, 0.5, { shift: true }),
      pointer("up", 0.5, 0.5, { shift: true }),
    ]);
  });

  test("sends all five buttons, and the back and forward buttons do not navigate the viewer's page", async () => {
    await using view = await TestView.open();
    const { page, cdp } = view;
    const url = page.url();
    await page.goto(new URL("elsewhere", url).href);
    await page.goto(url);
    await page.waitForSelector("[data-ready]");
    await page.mouse.move(...centre);
    for (const button of ["left", "middle", "right", "back", "forward"] as const) {
      for (const type of ["mousePressed", "mouseReleased"] as const) {
        await cdp.send("Input.dispatchMouseEvent", { type, x: 360, y: 210, button, clickCount: 1 });
      }
    }
    expect(await view.inputs()).toEqual(
      (["left", "middle", "right", "back", "forward"] as const).flatMap((button) => [
        pointer("down", 0.5, 0.5, { button }),
        pointer("up", 0.5, 0.5, { button }),
      ]),
    );
    // Outside the canvas the back button works, which shows that the buttons above could have navigated.
    expect(page.url()).toBe(url);
    for (const type of ["mousePressed", "mouseReleased"] as const) {
      await cdp.send("Input.dispatchMouseEvent", { type, x: 900, y: 500, button: "back", clickCount: 1 });
    }
    await page.waitForURL("**/elsewhere");
  });

  test("reports a second button while the first is held", async () => {
    await using view = await TestView.open();
    await view.page.mouse.move(...centre);
    await view.page.mouse.down({ button: "left" });
    await view.page.mouse.down({ button: "right" });
    await view.page.mouse.up({ button: "left" });
    await view.page.mouse.up({ button: "right" });
    const inputs = (await view.inputs()).filter(
      (input) => input.kind === "pointer" && input.event !== "move",
    );
    expect(inputs).toEqual([
      pointer("down", 0.5, 0.5),
      pointer("down", 0.5, 0.5, { button: "right" }),
      pointer("up", 0.5, 0.5),
      pointer("up", 0.5, 0.5, { button: "right" }),
    ]);
  });

  test("sends a pen as a mouse", async () => {
    await using view = await TestView.open();
    for (const [type, x] of [
      ["mousePressed", 360],
      ["mouseMoved", 200],
      ["mouseReleased", 200],
    ] as const) {
      const buttons = type === "mouseReleased" ? 0 : 1;
      const pen = { pointerType: "pen", button: "left", buttons, clickCount: 1 } as const;
      await view.cdp.send("Input.dispatchMouseEvent", { type, x, y: 210, ...pen });
    }
    expect(await view.inputs()).toEqual([
      pointer("down", 0.5, 0.5),
      pointer("move", 0.25, 0.5),
      pointer("up", 0.25, 0.5),
    ]);
  });

  test("shows the viewer's context menu only without control", async () => {
    await using view = await TestView.open();
    await view.run(`viewRoot.addEventListener("contextmenu", (event) =>
      setTimeout(() => (window.menu = [...(window.menu ?? []), event.defaultPrevented])))`);
    await view.run("capture.enabled = false");
    await view.page.mouse.click(...centre, { button: "right" });
    await view.run("capture.enabled = true");
    await view.page.mouse.click(...centre, { button: "right" });
    await view.inputs();
    expect(await view.run("window.menu")).toEqual([false, true]);
  });

  test("follows a drag outside the canvas, at the nearest position in the frame", async () => {
    await using view = await TestView.open();
    await view.page.mouse.move(...centre);
    await view.page.mouse.down();
    await view.page.mouse.move(1_000, 570);
    await view.inputs();
    await view.page.mouse.move(10, 210);
    await view.page.mouse.up();
    expect(await view.inputs()).toEqual([pointer("move", 0, 0.5), pointer("up", 0, 0.5)]);
  });

  test("merges moves within a display frame, and sends the last one before a press", async () => {
    await using view = await TestView.open();
    await view.enter();
    // Within one task, no display frame can come between.
    await view.run(`for (let x = 0; x <= 320; x++) viewRoot.querySelector("canvas").dispatchEvent(
      new MouseEvent("mousemove", { clientX: 40 + x, clientY: 210 }))`);
    expect(await view.inputs()).toEqual([pointer("move", 0.5, 0.5)]);
    await view.run(`for (const [type, x] of [["mousemove", 60], ["mousemove", 200], ["mousedown", 360], ["mouseup", 360]])
      viewRoot.querySelector("canvas").dispatchEvent(new MouseEvent(type, { clientX: x, clientY: 210, detail: 1 }))`);
    expect(await view.inputs()).toEqual([
      pointer("move", 0.25, 0.5),
      pointer("down", 0.5, 0.5),
      pointer("up", 0.5, 0.5),
    ]);
  });

  test("passes on the wheel without scrolling or zooming the viewer's page in control", async () => {
    await using view = await TestView.open();
    await view.enter();
    await view.page.mouse.move(...centre);
    await view.page.mouse.wheel(30, 120);
    await view.page.keyboard.down("Control");
    await view.page.mouse.wheel(0, -50);
    await view.page.keyboard.up("Control");
    await expect
      .poll(
        async () => (await view.run<ViewerInput[]>("inputs")).filter(({ kind }) => kind === "wheel").length,
      )
      .toBe(2);
    const wheels = (await view.inputs()).filter(({ kind }) => kind === "wheel");
    expect(wheels).toEqual([
      { kind: "wheel", x: 0.5, y: 0.5, deltaX: 30, deltaY: 120 },
      { kind: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: -50, ctrl: true },
    ]);
    expect(await view.run("scrollY")).toBe(0);
    expect(await view.run("visualViewport.scale")).toBe(1);
    // Firefox reports lines. Chromium cannot produce them.
    await view.run(`viewRoot.querySelector("canvas").dispatchEvent(
      new WheelEvent("wheel", { clientX: 360, clientY: 210, deltaY: 3, deltaMode: 1 }))`);
    expect(await view.inputs()).toEqual([
      { kind: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: 3, deltaMode: "line" },
    ]);
    await view.run("capture.leave()");
    await view.page.mouse.wheel(0, 120);
    await expect.poll(() => view.run<number>("scrollY")).toBeGreaterThan(0);
  });

  test("releases a held button when the window loses the focus", async () => {
    await using view = await TestView.open();
    await view.page.mouse.move(...centre);
    await view.page.mouse.down();
    await view.inputs();
    // A window of a headless browser cannot lose the focus.
    await view.run(`window.dispatchEvent(new FocusEvent("blur"))`);
    expect(await view.inputs()).toEqual([{ kind: "release" }]);
    await view.page.mouse.up();
    expect(await view.inputs()).toEqual([]);
  });

  test("reports positions in the unrotated frame", async () => {
    await using view = await TestView.open({ rotation: 90 });
    await view.page.mouse.click(520, 120);
    // 0.75 from the left and 0.25 from the top of a frame that is rotated clockwise.
    expect(await view.inputs()).toEqual([pointer("down", 0.25, 0.25), pointer("up", 0.25, 0.25)]);
  });

  test("ignores presses and moves in the bars beside the frame", async () => {
    await using view = await TestView.open({
      canvasStyle: "position: absolute; left: 0; top: 0; width: 800px; height: 400px; object-fit: contain",
      size: [400, 400],
    });
    // The frame is 400 pixels wide, from 200 to 600.
    await view.page.mouse.move(100, 200);
    await view.page.mouse.down();
    await view.page.mouse.up();
    await view.page.mouse.move(700, 200);
    expect(await view.inputs()).toEqual([]);
    expect(await view.controls()).toEqual([true]);
    await view.page.mouse.click(300, 100);
    expect(await view.inputs()).toEqual([
      pointer("move", 0.25, 0.25),
      pointer("down", 0.25, 0.25),
      pointer("up", 0.25, 0.25),
    ]);
  });

  test.each([
    [
      "a scaled canvas",
      "position: absolute; left: 0; top: 0; width: 400px; height: 200px; transform: scale(2); transform-origin: 0 0",
    ],
    ["a zoomed canvas", "position: absolute; left: 0; top: 0; width: 400px; height: 200px; zoom: 2"],
    [
      "border and padding",
      "position: absolute; left: -20px; top: -20px; width: 800px; height: 400px; border: 8px solid; padding: 12px",
    ],
  ])("finds positions with %s", async (_, canvasStyle) => {
    await using view = await TestView.open({
      canvasStyle,
      context: { deviceScaleFactor: 2 },
    });
    await view.page.mouse.click(200, 300);
    expect(await view.inputs()).toEqual([pointer("down", 0.25, 0.75), pointer("up", 0.25, 0.75)]);
  });
});
