import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CountingSource,
  countingFilm,
  countingPage,
  countingScreen,
  syntheticPattern,
} from "../support/counting-sources.ts";
import { RunningDemo } from "../support/running-demo.ts";
import {
  launchBrowser,
  openPage,
  recordedFrames,
  recordFrames,
  shownColors,
  shownFrame,
} from "../support/test-browser.ts";
import { findBrowser, isMissing } from "../support/tools.ts";

const executablePath = findBrowser();

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  /**
   * Selects each encoding on the page in turn. Checks that the page shows the constant colours of the source, and that
   * frame numbers never go back, even when the encoding changes. If the source can be stopped, checks that the page
   * shows the last number. `auto` is the encoding that the demo chooses for the selection "auto".
   */
  async function watch(source: CountingSource, auto: "delta" | "jpeg"): Promise<void> {
    await using demo = new RunningDemo(["--port", "0", ...source.args], source.env);
    const { page, complaints } = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    const farthestColor = async () => {
      const shown = await shownColors(page, source.colors);
      const distances = source.colors.flatMap(({ color }, place) =>
        color.map((value, channel) => Math.abs(value - (shown[place]?.[channel] ?? Number.NaN))),
      );
      return Math.max(...distances);
    };
    await expect.poll(() => shownFrame(page, source.height)).toBeTypeOf("number");
    await expect.poll(farthestColor).toBeLessThan(12);
    await recordFrames(page, source.height);
    for (const [encoding, shown] of Object.entries({ auto, raw: "raw", jpeg: "jpeg", delta: "delta" })) {
      await page.check(`[name=encoding][value=${encoding}]`);
      await page.waitForSelector(`body[data-encoding=${shown}]`);
      const { length } = await recordedFrames(page);
      await expect.poll(async () => (await recordedFrames(page)).length).toBeGreaterThan(length + 10);
      // On a slow machine, frames are made smaller for a while.
      await expect.poll(() => shownFrame(page, source.height)).toBeTypeOf("number");
      await expect.poll(farthestColor).toBeLessThan(12);
    }
    const last = await source.stop?.();
    if (last !== undefined) await expect.poll(() => shownFrame(page, source.height)).toBe(last);
    const seen = await recordedFrames(page);
    // Numbers wrap at `count`, so an older frame after a newer one appears as a step of almost `count`.
    const steps = seen
      .slice(1)
      .map((number, index) => (number - (seen[index] ?? 0) + source.count) % source.count);
    expect(Math.max(...steps)).toBeLessThan(source.count / 2);
    expect(complaints).toEqual([]);
    await page.close();
  }

  test("shows the frames of the test pattern in order, in every encoding", async () => {
    await using source = syntheticPattern();
    await watch(source, "delta");
  });

  test("shows the frames of a web page in order, in every encoding", async () => {
    await using source = await countingPage();
    await watch(source, "jpeg");
  });

  test.skipIf(isMissing("Xvfb", "ffmpeg", "xsetroot", "xlogo"))(
    "shows the frames of the screen in order, in every encoding",
    async () => {
      await using source = await countingScreen();
      await watch(source, "delta");
    },
  );

  test.skipIf(isMissing("ffmpeg", "ffprobe"))(
    "shows the frames of a video file in order, in every encoding",
    async () => {
      await using source = await countingFilm();
      await watch(source, "delta");
    },
  );
});
