import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  colorsAt,
  findBrowser,
  launchBrowser,
  openPage,
  quarters,
  untilState,
} from "./support/test-browser.ts";
import { type Color, compressed, corners, rawFrame } from "./support/test-frames.ts";
import { TestServer } from "./support/test-server.ts";

const executablePath = findBrowser();

describe.skipIf(!executablePath && !process.env.CI)("<broadcast-view>", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  /** Expects the colours of the four quarters, with the error of a lossy encoding. */
  function expectColors(found: readonly Color[], expected: readonly (Color | undefined)[]): void {
    const distances = found.flatMap((color, index) =>
      color.map((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? Number.NaN))),
    );
    expect(Math.max(...distances), `${JSON.stringify(found)}`).toBeLessThan(12);
  }

  test("shows raw, JPEG, PNG and WebP frames and acknowledges each after it is drawn", async () => {
    await using server = await TestServer.open();
    const { page, complaints } = await openPage(browser, server.url);
    const viewer = await server.viewer();
    expect(await viewer.next("demand")).toEqual({ type: "demand", encoding: "auto" });
    viewer.hello();
    const turned = corners.toReversed();
    const frames = [
      rawFrame(64, 36),
      await compressed(rawFrame(64, 36, turned), "jpeg"),
      await compressed(rawFrame(64, 36), "png"),
      await compressed(rawFrame(64, 36, turned), "webp"),
      ...(["BGRA", "RGBX", "BGRX", "RGB"] as const).map((format) => rawFrame(64, 36, corners, format)),
    ];
    for (const [index, { metadata, data }] of frames.entries()) {
      const sequence = viewer.frame(metadata, data);
      expect(await viewer.next("shown")).toEqual({ type: "shown", sequence });
      expectColors(await colorsAt(page, quarters), index === 1 || index === 3 ? turned : corners);
    }
    await untilState(page, "live");
    expect(complaints).toEqual([]);
    await page.close();
  });
});
