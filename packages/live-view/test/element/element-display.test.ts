import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInBrowser, inView, untilState } from "./support/test-browser.ts";
import { rawFrame } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";
import { TestViewer } from "./support/test-viewer.ts";

const { metadata, data } = rawFrame(200, 100);

/** Returns the position and size of the video in the window. */
function box(page: Page): Promise<number[]> {
  return inView(
    page,
    `(({ x, y, width, height }) => [x, y, width, height].map(Math.round))(
    view.shadowRoot.querySelector("canvas").getBoundingClientRect())`,
  );
}

describeInBrowser("<broadcast-view>", (open) => {
  test.each([
    ["contain", [0, 100, 400, 200]],
    ["cover", [-200, 0, 800, 400]],
    ["fill", [0, 0, 400, 400]],
    ["none", [100, 150, 200, 100]],
  ] as const)("fits the video into its box with fit=%s", async (fit, expected) => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live" fit="${fit}"></broadcast-view>`;
    const { page } = await open(server);
    await inView(
      page,
      `Object.assign(view.style, { position: "fixed", inset: 0, width: "400px", height: "400px" })`,
    );
    const viewer = await server.viewer();
    viewer.frame(metadata, data);
    await untilState(page, "live");
    expect(await box(page)).toEqual(expected);
  });

  test("has the aspect ratio of the video, also after rotation, if it has no height", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    await inView(page, `(view.style.width = "400px")`);
    const viewer = await server.viewer();
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect((await box(page)).slice(2)).toEqual([400, 200]);
    viewer.frame({ ...metadata, rotation: 90 }, data);
    await viewer.next("shown");
    expect((await box(page)).slice(2)).toEqual([400, 800]);
  });

  test("shows each pixel of the frame as one pixel of a screen with devicePixelRatio 2 with fit=none", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live" fit="none"></broadcast-view>`;
    const { page } = await open(server, { deviceScaleFactor: 2 });
    const viewer = await server.viewer();
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect((await box(page)).slice(2)).toEqual([100, 50]);
  });

  test("fills the screen in full screen, with its children over the video", async () => {
    await using server = await TestServer.open();
    server.body = `<broadcast-view src="live"><button>Full screen</button></broadcast-view>`;
    const { page } = await open(server, { viewport: { width: 1000, height: 600 } });
    await inView(
      page,
      `view.querySelector("button").addEventListener("click", () => view.requestFullscreen())`,
    );
    const viewer = await server.viewer();
    viewer.frame(metadata, data);
    await untilState(page, "live");
    await page.click("button");
    await expect.poll(() => page.evaluate("document.fullscreenElement?.localName")).toBe("broadcast-view");
    const width = () => page.evaluate<number>("Math.min(innerWidth, 2 * innerHeight)");
    await expect.poll(async () => (await box(page))[2] === (await width())).toBe(true);
    expect(await page.isVisible("button")).toBe(true);
  });

  test("returns the newest frame as a PNG", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    expect(await inView(page, "view.snapshot()")).toBeNull();
    const viewer = await server.viewer();
    viewer.frame(metadata, data);
    await viewer.next("shown");
    expect(await inView(page, "view.snapshot().then(({ type }) => type)")).toBe("image/png");
  });

  test("reports figures twice a second, without negative values after a reconnection", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    await inView(
      page,
      `view.addEventListener("figures", ({ detail }) => (window.figures ??= []).push(detail))`,
    );
    const newest = () => page.evaluate<Record<string, number | string>>("window.figures?.at(-1) ?? {}");
    const first = await server.viewer();
    first.hello();
    first.send({ type: "figures", viewers: 3, replaced: 40 });
    await expect
      .poll(async () => {
        first.frame(metadata, data);
        await first.next("shown");
        return (await newest()).age;
      })
      .toBeGreaterThan(0);
    expect(await newest()).toMatchObject({
      ...{
        width: 200,
        height: 100,
        fullWidth: 200,
        fullHeight: 100,
        encoding: "raw",
        viewers: 3,
        replaced: 40,
      },
      fps: expect.any(Number),
    });
    expect((await newest()).age).toBeLessThan(1_000);
    first.close(1001);
    const second = await server.viewer(1);
    second.hello({ isSameClock: false });
    second.send({ type: "figures", viewers: 1, replaced: 2 });
    await expect.poll(async () => (await newest()).viewers).toBe(1);
    second.frame(metadata, data);
    await second.next("shown");
    await page.waitForTimeout(1_100);
    expect(await newest()).not.toHaveProperty("age");
    expect(await newest()).toMatchObject({ replaced: 42 });
    const all = await page.evaluate<Record<string, number>[]>("window.figures");
    const numbers = all.flatMap(({ fps, bytesPerSecond, age = 0, replaced }) => [
      fps,
      bytesPerSecond,
      age,
      replaced,
    ]);
    expect(Math.min(...(numbers as number[]))).toBe(0);
  });

  test("counts a frame that was kept for this viewer from its arrival, and one that is sent again not at all", async () => {
    await using server = await TestServer.open();
    const { page } = await open(server);
    await inView(
      page,
      `view.addEventListener("figures", ({ detail }) => (window.figures ??= []).push(detail))`,
    );
    const newest = () => page.evaluate<{ age?: number }>("window.figures?.at(-1) ?? {}");
    const viewer = await server.viewer();
    viewer.hello();
    const minute = 60_000_000;
    let timestamp = TestViewer.now() - minute;
    // The first ages are unknown, because the clocks are still being compared.
    await expect
      .poll(async () => {
        viewer.frame({ ...metadata, timestamp: ++timestamp }, data);
        await viewer.next("shown");
        return (await newest()).age;
      })
      .toBeGreaterThan(0);
    expect((await newest()).age).toBeLessThan(minute / 2_000);
    await expect.poll(newest).not.toHaveProperty("age");
    const count = await page.evaluate<number>("window.figures.length");
    viewer.frame({ ...metadata, timestamp }, data);
    await viewer.next("shown");
    await expect.poll(() => page.evaluate<number>("window.figures.length")).toBeGreaterThan(count + 1);
    expect(
      await page.evaluate(`window.figures.slice(${count}).filter(({ age }) => age !== undefined)`),
    ).toEqual([]);
  });
});
