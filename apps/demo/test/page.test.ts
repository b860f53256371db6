import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunningDemo } from "./support/running-demo.ts";
import {
  figure,
  launchBrowser,
  type OpenedPage,
  openPage,
  recordedFrames,
  recordFrames,
  shownFrame,
} from "./support/test-browser.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

interface CSSProperties {
  getPropertyValue(name: string): string;
}

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  async function open(demo: RunningDemo): Promise<OpenedPage> {
    const opened = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    await opened.page.waitForSelector("body[data-state=live]");
    return opened;
  }

  /** Returns the level of the audio meter, from 0 to 1. */
  function level(page: Page): Promise<number> {
    return page.$eval("#audio .level", (element) => {
      return Number((element as unknown as { style: CSSProperties }).style.getPropertyValue("--level"));
    });
  }

  test.each(["raw", "jpeg"])("shows frames in order and updates the figures (%s)", async (encoding) => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic", "--encoding", encoding]);
    const { page, complaints } = await open(demo);
    const first = await shownFrame(page);
    expect(first).toBeTypeOf("number");
    let last = first ?? 0;
    for (let frames = 0; frames < 10; ) {
      const shown = (await shownFrame(page)) ?? -1;
      expect(shown).toBeGreaterThanOrEqual(last);
      if (shown > last) frames++;
      last = shown;
    }
    for (const name of ["fps", "age", "bytes"]) {
      const before = await figure(page, name);
      while ((await figure(page, name)) === before);
    }
    expect(await figure(page, "fps")).toBeGreaterThan(0);
    expect(await figure(page, "age")).toBeGreaterThan(0);
    expect(await page.textContent("[data-figure=source]")).toContain("test pattern");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("starts audio on a click on the audio button, and stops audio on the next click", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic"]);
    const { page, complaints } = await open(demo);
    await page.click("#audio");
    await page.waitForSelector("#audio[aria-pressed=true]");
    // The meter measures the audio that is played.
    while (!((await level(page)) > 0));
    await page.click("#audio");
    await page.waitForSelector("#audio[aria-pressed=false]");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each([
    ["synthetic", "the kill button", (page: Page) => page.click("#kill")],
    ["page", "another process", async (_: Page, pid: number) => process.kill(pid, "SIGKILL")],
  ])(
    "shows that the capture process (%s) was killed by %s, and shows new frames after the restart",
    async (source, _, kill) => {
      await using demo = new RunningDemo(["--port", "0", "--source", source]);
      const { page, complaints } = await open(demo);
      const first = Number(await demo.find(/Process (\d+) captures/));
      await kill(page, first);
      await page.waitForSelector("body[data-state=interrupted]");
      expect(await page.textContent("#notice")).toMatch(
        /^The capture process was killed\. Starting another one… \d+\.\d s$/,
      );
      await page.waitForSelector("body[data-state=live]");
      expect(await page.isVisible("#notice")).toBe(false);
      expect(Number(await demo.find(/was killed[\s\S]+Process (\d+) captures/))).not.toBe(first);
      await expect.poll(() => shownFrame(page)).toBeTypeOf("number");
      await recordFrames(page, 720);
      await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(10);
      const seen = await recordedFrames(page);
      expect(seen).toEqual(seen.toSorted((one, other) => one - other));
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test("shows that the broadcast has ended, with the reason", async () => {
    await using demo = new RunningDemo(["--port", "0", "--source", "synthetic", "--duration", "4"]);
    const { page } = await open(demo);
    await page.waitForSelector("body[data-state=ended]");
    expect(await page.textContent("#notice")).toBe("The demo has ended.");
    await page.close();
  });
});
