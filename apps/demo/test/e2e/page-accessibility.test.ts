import { once } from "node:events";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBroadcast } from "../support/test-broadcast.ts";
import { launchBrowser, openPage } from "../support/test-browser.ts";
import { findBrowser } from "../support/tools.ts";

const executablePath = findBrowser();

const viewports = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
};

/** Returns a line for each violation that axe reports, and a line if the page is wider than its window. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`(async () => {
    // axe measures colour contrast, so animations must have ended.
    const ending = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations < Infinity);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
    const { violations } = await axe.run();
    const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html));
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [...lines, scrollWidth + " pixels wide"] : lines;
  })()`);
}

describe.skipIf(!executablePath && !process.env.CI)("The page", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
  });

  afterAll(() => browser?.close());

  for (const [name, viewport] of Object.entries(viewports)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`has no accessibility violations in ${colorScheme} colours on a ${name}, in every state`, async () => {
        await using broadcast = await TestBroadcast.open();
        broadcast.link.onKill = () => broadcast.view.interrupt("The capture process was killed.");
        broadcast.link.tell("source", { kind: "page", hasAudio: false, takesInput: true });
        const { page, complaints } = await openPage(browser, broadcast.url, { viewport, colorScheme });
        const found: Record<string, string[]> = {};
        const look = async (state: string) => {
          await page.waitForSelector(`body[data-state=${state}]`);
          found[state] = await faults(page);
        };
        await look("connecting");
        broadcast.start();
        await look("live");
        await page.click("#stall");
        await look("stalled");
        broadcast.stop();
        await page.click("#kill");
        await look("interrupted");
        await broadcast.close();
        await look("lost");
        // The browser logs the lost WebSocket connection as an error.
        expect(complaints.filter((text) => !text.includes("WebSocket"))).toEqual([]);

        await using ended = await TestBroadcast.open();
        const arrived = once(ended.view, "frame");
        ended.publish();
        await arrived;
        ended.view.end("The capture process ended: the disk is full.");
        await page.goto(ended.url);
        await look("ended");
        const none = { connecting: [], live: [], stalled: [], interrupted: [], lost: [], ended: [] };
        expect(found).toEqual(none);
        await page.close();
      });
    }
  }
});
