import type { TouchPoint, ViewerInput } from "@broadcast-ipc/protocol";
import { describe, expect, test } from "vitest";
import { isSkipped } from "../support/shared-browser.ts";
import { TestView } from "./support/test-view.ts";

const context = { hasTouch: true, isMobile: true, viewport: { width: 800, height: 600 } };

function touch(
  event: "start" | "move" | "end" | "cancel",
  ...points: [number, number, number][]
): ViewerInput {
  return { kind: "touch", event, points: points.map(([id, x, y]): TouchPoint => ({ id, x, y })) };
}

describe.skipIf(isSkipped)("TouchCapture", () => {
  /** The position in the window of a position in the frame. */
  const at = (x: number, y: number) => ({ x: 40 + x * 640, y: 30 + y * 360 });

  async function dispatch(
    view: TestView,
    type: "touchStart" | "touchMove" | "touchEnd",
    ...places: [number, number][]
  ) {
    const touchPoints = places.map(([x, y], id) => ({ ...at(x, y), id }));
    await view.cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  }

  test("takes control with a tap, which is sent as a touch and not as a click", async () => {
    await using view = await TestView.open({ context });
    await view.page.touchscreen.tap(200, 120);
    // The browser sends the mouse events of the tap late.
    await expect.poll(() => view.run<number>("inputs.length")).toBe(2);
    await view.page.touchscreen.tap(360, 210);
    expect(await view.inputs()).toEqual([
      touch("start", [0, 0.25, 0.25]),
      touch("end"),
      touch("start", [0, 0.5, 0.5]),
      touch("end"),
    ]);
    expect(await view.controls()).toEqual([true]);
    // No on-screen keyboard before it is asked for.
    expect(await view.run("viewRoot.activeElement.inputMode")).toBe("none");
    await view.run("capture.showKeyboard(true)");
    expect(await view.run("viewRoot.activeElement.inputMode")).toBe("text");
    expect(await view.controls()).toEqual([]);
  });

  test("lets a swipe scroll the viewer's page without control", async () => {
    await using view = await TestView.open({ context });
    await dispatch(view, "touchStart", [0.5, 0.9]);
    for (const y of [0.7, 0.5, 0.3, 0.1]) await dispatch(view, "touchMove", [0.5, y]);
    await dispatch(view, "touchEnd");
    await expect.poll(() => view.run<number>("scrollY")).toBeGreaterThan(0);
    expect(await view.inputs()).toEqual([]);
    expect(await view.controls()).toEqual([]);
  });

  test("sends a swipe in control, and the viewer's page does not scroll", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    await dispatch(view, "touchStart", [0.5, 0.75]);
    await view.inputs();
    await dispatch(view, "touchMove", [0.5, 0.5]);
    await expect.poll(() => view.run<number>("inputs.length")).toBe(1);
    await dispatch(view, "touchMove", [0.5, 0.25]);
    await expect.poll(() => view.run<number>("inputs.length")).toBe(2);
    await dispatch(view, "touchEnd");
    expect(await view.inputs()).toEqual([
      touch("move", [0, 0.5, 0.5]),
      touch("move", [0, 0.5, 0.25]),
      touch("end"),
    ]);
    expect(await view.run("scrollY")).toBe(0);
  });

  test("sends both fingers of a pinch, and the viewer's page does not zoom", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    await dispatch(view, "touchStart", [0.5, 0.5]);
    await dispatch(view, "touchStart", [0.5, 0.5], [0.25, 0.5]);
    await view.inputs();
    await dispatch(view, "touchMove", [0.75, 0.5], [0, 0.5]);
    expect((await view.inputs()).at(-1)).toEqual(touch("move", [0, 0.75, 0.5], [1, 0, 0.5]));
    await dispatch(view, "touchEnd");
    expect((await view.inputs()).at(-1)).toEqual(touch("end"));
    expect(await view.run("visualViewport.scale")).toBe(1);
  });

  test("cancels all fingers when the browser cancels the touch", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    await dispatch(view, "touchStart", [0.5, 0.5]);
    await dispatch(view, "touchStart", [0.5, 0.5], [0.25, 0.5]);
    await view.inputs();
    await view.cdp.send("Input.dispatchTouchEvent", { type: "touchCancel", touchPoints: [] });
    expect(await view.inputs()).toEqual([touch("cancel")]);
  });

  test("releases the fingers when the window loses the focus", async () => {
    await using view = await TestView.open({ context });
    await view.enter();
    await dispatch(view, "touchStart", [0.5, 0.5]);
    await view.inputs();
    await view.run(`window.dispatchEvent(new FocusEvent("blur"))`);
    await dispatch(view, "touchEnd");
    expect(await view.inputs()).toEqual([{ kind: "release" }]);
  });
});
