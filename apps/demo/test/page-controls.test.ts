import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameHeight, frameWidth, TestBroadcast } from "./support/test-broadcast.ts";
import {
  figure,
  launchBrowser,
  openPage,
  recordedFrames,
  recordFrames,
  shownFrame,
} from "./support/test-browser.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

/** Returns the width and height of the canvas in pixels. */
function canvasSize(page: Page): Promise<[number, number]> {
  return page.$eval("#video", (canvas) => {
    const { width, height } = canvas as unknown as { width: number; height: number };
    return [width, height];
  });
}

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  test("changes the frame size, even if no new frame is published", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page, complaints } = await openPage(browser, broadcast.page.url);
    await page.waitForSelector("body[data-state=live]");
    for (const part of [2, 4, 1]) {
      await page.check(`[name=size][value="${part}"]`);
      await expect.poll(() => canvasSize(page)).toEqual([frameWidth / part, frameHeight / part]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("limits the frame rate, and always shows the last frame", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await openPage(browser, broadcast.page.url);
    await page.check('[name=rate][value="5"]');
    broadcast.start(10);
    await page.waitForSelector("body[data-state=live]");
    await recordFrames(page, frameHeight);
    await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(6);
    broadcast.stop();
    // Skip the first recorded frame, which was shown before the recording began.
    const frames = (await recordedFrames(page)).slice(1);
    const steps = frames.slice(1).map((frame, index) => frame - (frames[index] ?? 0));
    // A frame is published every 10 ms and shown every 200 ms, so the average step is about 20. At least 8
    // allows for a slow machine.
    const average = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(average).toBeGreaterThan(8);
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(broadcast.frame);
    await page.close();
  });

  test("keeps the frame rate of two viewers while a third is stalled, and resumes the third with the newest frame", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.start(50);
    const opened = [];
    for (let count = 0; count < 3; count++) opened.push(await openPage(browser, broadcast.page.url));
    const pages = opened.map(({ page }) => page);
    const [stalled, ...others] = pages as [Page, ...Page[]];
    for (const page of pages) {
      await page.waitForSelector("body[data-state=live]");
      await recordFrames(page, frameHeight);
    }
    /** Counts how many of the next 30 frames each of the other two viewers shows. */
    const countSeen = async () => {
      const start = broadcast.frame;
      await expect.poll(() => broadcast.frame).toBeGreaterThanOrEqual(start + 30);
      const isAmong = (frame: number) => frame > start && frame <= start + 30;
      const seen = await Promise.all(others.map(recordedFrames));
      return seen.map((frames) => frames.filter(isAmong).length);
    };
    const usual = await countSeen();
    await stalled.click("#stall");
    await stalled.waitForSelector("body[data-state=stalled]");
    expect(await stalled.textContent("#notice")).toContain("acknowledges no frames");
    // The stalled viewer still shows the frame in flight, and no frame after it.
    const start = broadcast.frame;
    await expect.poll(() => broadcast.frame).toBeGreaterThan(start + 8);
    const before = await recordedFrames(stalled);
    const meanwhile = await countSeen();
    expect(await recordedFrames(stalled)).toEqual(before);
    for (const [viewer, count] of meanwhile.entries())
      expect(count).toBeGreaterThan(0.7 * (usual[viewer] ?? Number.NaN));

    broadcast.stop();
    await stalled.waitForSelector("body[data-state=live]");
    await expect.poll(() => recordedFrames(stalled)).toEqual([...before, broadcast.frame]);
    await expect.poll(() => stalled.textContent("#news")).toMatch(/Resumed at once: .* were skipped/);
    broadcast.start(50);
    await expect.poll(async () => (await recordedFrames(stalled)).length).toBeGreaterThan(before.length + 3);
    for (const { page, complaints } of opened) {
      const seen = await recordedFrames(page);
      expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      expect(complaints).toEqual([]);
    }
    await Promise.all(pages.map((page) => page.close()));
  });

  test("kills the capture process, and shows the interruption and its duration", async () => {
    await using broadcast = await TestBroadcast.open();
    let kills = 0;
    broadcast.page.onKill = () => {
      kills++;
      broadcast.page.interrupt("The capture process was killed; restarting it…");
    };
    broadcast.publish();
    const { page, complaints } = await openPage(browser, broadcast.page.url);
    await page.waitForSelector("body[data-state=live]");
    await page.click("#kill");
    await page.waitForSelector("body[data-state=interrupted]");
    expect(kills).toBe(1);
    expect(await page.textContent("#notice")).toMatch(/killed; restarting it… \d+\.\d s/);
    // Changing the encoding sends the last frame again, which must not end the interruption.
    await page.check("[name=encoding][value=jpeg]");
    await page.waitForSelector("body[data-state=interrupted][data-encoding=jpeg]");
    broadcast.publish();
    await page.waitForSelector("body[data-state=live]");
    expect(await page.textContent("#news")).toMatch(/Video resumed after \d+\.\d\d seconds\./);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("hides the kill button if the app does not offer it", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page } = await openPage(browser, broadcast.page.url);
    await page.waitForSelector("body[data-state=live]");
    expect(await page.isVisible("#kill")).toBe(false);
    await page.close();
  });

  test("outlines the changed regions of deltas, and shows a hint for other encodings", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page } = await openPage(browser, broadcast.page.url);
    await page.check("#outline");
    broadcast.start();
    await page.waitForSelector("body[data-encoding=delta]");
    const isOutlined = () =>
      page.$eval("#damage", (canvas) => {
        const { width, height } = canvas as unknown as { width: number; height: number };
        const context = (canvas as unknown as { getContext(name: string): never }).getContext("2d") as {
          getImageData(...area: number[]): { data: Uint8Array };
        };
        return context.getImageData(0, 0, width, height).data.some((value) => value > 0);
      });
    await expect.poll(isOutlined).toBe(true);
    expect(await page.isVisible("#outline-hint")).toBe(false);
    await page.check("[name=encoding][value=raw]");
    await page.waitForSelector("#outline-hint", { state: "visible" });
    await expect.poll(isOutlined).toBe(false);
    await page.close();
  });

  test("shows the figures as plots and as text", async () => {
    await using broadcast = await TestBroadcast.open();
    const { page, complaints } = await openPage(browser, broadcast.page.url);
    broadcast.start();
    await page.waitForSelector("body[data-state=live]");
    const age = { p50: 1, p95: 2 };
    broadcast.page.showFigures({ framesPerSecond: 50, received: 9, replaced: 3, bytes: 400, age });
    for (const name of ["fps", "age", "bytes"]) {
      await expect.poll(() => figure(page, name)).toBeGreaterThan(0);
    }
    await expect.poll(() => figure(page, "replaced")).toBe(3);
    expect(await page.locator("[data-plot] canvas").count()).toBe(4);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
