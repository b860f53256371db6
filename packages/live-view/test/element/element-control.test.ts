import { expect, test } from "vitest";
import { describeInBrowser, inView, type OpenedPage, untilState } from "./support/test-browser.ts";
import { rawFrame } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";
import type { TestViewer } from "./support/test-viewer.ts";

const { metadata, data } = rawFrame(64, 36);
const you = { type: "control", holder: "you", isWaiting: false, isWanted: false } as const;

/** Returns the hint over the video. */
function hint(page: OpenedPage["page"]): Promise<string> {
  return inView(page, `view.shadowRoot.querySelector("[part=hint]").textContent`);
}

/** Returns what a screen reader has been told last. */
function spoken(page: OpenedPage["page"]): Promise<string> {
  return inView(page, `view.shadowRoot.querySelector(".stage > .spoken").textContent`);
}

describeInBrowser("Control of <broadcast-view>", (open) => {
  async function openLive(
    server: TestServer,
    options: object = {},
  ): Promise<OpenedPage & { readonly viewer: TestViewer }> {
    server.body = `<broadcast-view src="live" control></broadcast-view><button>Elsewhere</button>`;
    const opened = await open(server, options);
    const viewer = await server.viewer();
    viewer.hello({ mayControl: true });
    viewer.frame(metadata, data);
    await untilState(opened.page, "live");
    await viewer.next("shown");
    return { ...opened, viewer };
  }

  test("asks for control on a click, sends input, and gives control back on Escape twice", async () => {
    await using server = await TestServer.open();
    const { page, viewer, complaints } = await openLive(server);
    await inView(page, `view.addEventListener("controlchange", ({ detail }) => (window.change = detail))`);
    expect(await hint(page)).toBe("Click to take control");
    await page.click("broadcast-view");
    expect(await viewer.next("control")).toEqual({ type: "control", on: true });
    expect(await hint(page)).toBe("Waiting for control…");
    expect((await viewer.next("input")).input).toMatchObject({ kind: "pointer" });
    viewer.send(you);
    await expect.poll(() => hint(page)).toBe("You are in control. Press Escape twice to leave.");
    expect(await spoken(page)).toBe("You are in control. Press Escape twice to leave.");
    const { type: _, ...change } = you;
    expect(await page.evaluate("window.change")).toEqual(change);
    expect(await inView(page, "view.hasControl")).toBe(true);
    await page.keyboard.press("a");
    while ((await viewer.next("input")).input.kind !== "key");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    expect(await viewer.next("control")).toEqual({ type: "control", on: false });
    expect(await spoken(page)).toBe("You have left control.");
    expect(complaints).toEqual([]);
  });

  test("shows a hint that makes way for the pointer once this viewer has taken control", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    const opacity = () =>
      inView(page, `+getComputedStyle(view.shadowRoot.querySelector("[part=hint]")).opacity`);
    const place = await inView<{ x: number; y: number }>(
      page,
      `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(
        view.shadowRoot.querySelector("[part=hint]").getBoundingClientRect())`,
    );
    await page.mouse.move(place.x, place.y - 100);
    await page.mouse.move(place.x, place.y);
    expect(await opacity()).toBe(1);
    await page.mouse.down();
    await page.mouse.up();
    await viewer.next("control");
    viewer.send(you);
    await expect.poll(() => hint(page)).toMatch(/^You are in control/);
    // The pointer has not moved away since the hint appeared.
    await page.mouse.move(place.x + 1, place.y);
    await expect.poll(opacity).toBe(1);
    await page.mouse.move(place.x, place.y - 100);
    await page.mouse.move(place.x, place.y);
    await expect.poll(opacity).toBe(0);
    await page.mouse.move(place.x, place.y - 100);
    await expect.poll(opacity).toBe(1);
  });

  test("shows a hint that fades, and appears again when the pointer enters the video", async () => {
    await using server = await TestServer.open();
    const { page } = await openLive(server);
    const opacity = () =>
      inView(page, `+getComputedStyle(view.shadowRoot.querySelector("[part=hint]")).opacity`);
    await expect.poll(opacity).toBe(1);
    await expect.poll(opacity).toBe(0);
    await page.hover("broadcast-view");
    await expect.poll(opacity).toBe(1);
    await expect.poll(opacity).toBe(0);
  });

  test("offers to close a pop-up while this viewer has control, without losing control", async () => {
    await using server = await TestServer.open();
    const { page, viewer, complaints } = await openLive(server);
    const button = page.locator("broadcast-view").getByRole("button", { name: "Close this window" });
    const window = { kind: "window", url: "https://sign-in.example/", title: "Sign in" } as const;
    viewer.send({ type: "page", notice: { ...window, isPopup: true } });
    await page.click("broadcast-view");
    await viewer.next("control");
    expect(await button.isVisible()).toBe(false);
    viewer.send(you);
    await button.click();
    while ((await viewer.next("input")).input.kind !== "close-window");
    expect(await inView(page, "view.hasControl")).toBe(true);
    viewer.send({ type: "page", notice: { ...window, isPopup: false } });
    await expect.poll(() => button.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("ends control with the capture of the page, and offers it again with the next capture", async () => {
    await using server = await TestServer.open();
    const { page, viewer, complaints } = await openLive(server);
    await page.click("broadcast-view");
    await viewer.next("control");
    viewer.send(you);
    await expect.poll(() => inView(page, "view.hasControl")).toBe(true);
    viewer.send({ type: "page", notice: { kind: "capture", state: "closed" } });
    expect(await viewer.next("control")).toEqual({ type: "control", on: false });
    expect(await hint(page)).toBe("");
    expect(await inView(page, "[view.state, view.reason]")).toEqual(["interrupted", "The page was closed."]);
    viewer.send({ ...you, holder: "none" });
    await page.click("broadcast-view", { position: { x: 5, y: 5 } });
    viewer.send({ type: "page", notice: { kind: "capture", state: "running" } });
    await expect.poll(() => hint(page)).toBe("Click to take control");
    expect(await inView(page, `["live", "still"].includes(view.state)`)).toBe(true);
    expect(viewer.messages.at(-1)).toEqual({ type: "control", on: false });
    expect(complaints).toEqual([]);
  });

  test("keeps control when another capture follows at once", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(10_000);
    await page.click("broadcast-view");
    viewer.send(you);
    await expect.poll(() => inView(page, "view.hasControl")).toBe(true);
    await inView(page, `view.addEventListener("page", ({ detail }) => (window.state = detail.state))`);
    viewer.send({ type: "page", notice: { kind: "capture", state: "stopped" } });
    await expect.poll(() => page.evaluate("window.state")).toBe("stopped");
    await page.clock.runFor(900);
    viewer.send({ type: "page", notice: { kind: "capture", state: "running" } });
    await expect.poll(() => page.evaluate("window.state")).toBe("running");
    await page.clock.runFor(2_000);
    expect(await hint(page)).toContain("You are in control.");
    expect(await inView(page, `["live", "still"].includes(view.state)`)).toBe(true);
  });

  test("ends with the capture of the page also during an interruption", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    viewer.send({ type: "interrupted", reason: "Another page is being opened." });
    viewer.send({ type: "page", notice: { kind: "capture", state: "closed" } });
    await expect.poll(() => hint(page)).toBe("");
    expect(await inView(page, "view.reason")).toBe("Another page is being opened.");
    viewer.send({ type: "page", notice: { kind: "capture", state: "running" } });
    await expect.poll(() => hint(page)).toBe("Click to take control");
    expect(await inView(page, "view.state")).toBe("interrupted");
  });

  test("says who is in control, and who waits", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    viewer.send({ ...you, holder: "other" });
    await expect.poll(() => hint(page)).toBe("Someone else is in control. Click to ask for control.");
    await page.click("broadcast-view");
    await viewer.next("control");
    viewer.send({ ...you, holder: "other", isWaiting: true });
    await expect.poll(() => hint(page)).toBe("Someone else is in control. You are next in line.");
    viewer.send({ ...you, isWanted: true });
    await expect.poll(() => hint(page)).toContain("Someone else is waiting for control.");
  });

  test("says Tap where there is no mouse", async () => {
    await using server = await TestServer.open();
    const { page } = await openLive(server, {
      ...{ isMobile: true, hasTouch: true },
      viewport: { width: 390, height: 844 },
    });
    expect(await hint(page)).toBe("Tap to take control");
  });

  test("asks and releases by its methods", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    await inView(page, "view.requestControl()");
    expect(await viewer.next("control")).toEqual({ type: "control", on: true });
    await inView(page, "view.releaseControl()");
    expect(await viewer.next("control")).toEqual({ type: "control", on: false });
  });

  test.each([
    ["the attribute is missing", `view.control = false`],
    ["the server does not allow it", ``],
  ])("is not possible while %s", async (_, script) => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    if (script === "") viewer.hello({ mayControl: false });
    else await inView(page, script);
    await expect.poll(() => hint(page)).toBe("");
    await page.click("broadcast-view");
    await inView(page, "view.requestControl()");
    const canvas = `view.shadowRoot.querySelector("canvas")`;
    expect(await inView(page, `[${canvas}.role, ${canvas}.hasAttribute("tabindex")]`)).toEqual([
      "img",
      false,
    ]);
    expect(viewer.messages.some(({ type }) => type === "control" || type === "input")).toBe(false);
  });

  test("is over when the broadcast ends or the connection is lost, and asks again after a change of the hello", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    await page.click("broadcast-view");
    await viewer.next("control");
    viewer.send(you);
    await expect.poll(() => inView(page, "view.hasControl")).toBe(true);
    viewer.send({ type: "interrupted", reason: "" });
    await untilState(page, "interrupted");
    expect(await inView(page, "view.shadowRoot.activeElement !== null")).toBe(true);
    viewer.close(1001);
    await untilState(page, "lost");
    expect(await inView(page, "[view.hasControl, view.info]")).toEqual([false, undefined]);
    const second = await server.viewer(1);
    second.hello({ mayControl: true });
    second.frame(metadata, data);
    await untilState(page, "live");
    expect(await hint(page)).toBe("Click to take control");
    second.send({ type: "ended", reason: "" });
    await untilState(page, "ended");
    expect(await hint(page)).toBe("");
  });

  test("leaves when the host takes control away, and asks again when another viewer has left", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    await page.click("broadcast-view");
    await viewer.next("control");
    viewer.send({ ...you, holder: "other" });
    viewer.send({ ...you, holder: "none" });
    expect(await viewer.next("control")).toEqual({ type: "control", on: true });
    viewer.send(you);
    viewer.send({ ...you, holder: "none" });
    expect(await viewer.next("control")).toEqual({ type: "control", on: false });
    await expect.poll(() => hint(page)).toMatch(/ to take control$/);
  });

  test("exchanges messages with the host program", async () => {
    await using server = await TestServer.open();
    const { page, viewer } = await openLive(server);
    await inView(page, `view.addEventListener("message", ({ detail }) => view.send("echo", detail))`);
    viewer.send({ type: "message", name: "hi", data: { a: [1, null] } });
    expect(await viewer.next("message")).toEqual({
      ...{ type: "message", name: "echo" },
      data: { name: "hi", data: { a: [1, null] } },
    });
    await page.evaluate(`document.querySelector("broadcast-view").remove()`);
    await viewer.closed;
  });
});
