import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeInBrowser, inView, untilState } from "../element/support/test-browser.ts";
import { rawFrame } from "../element/support/test-frames.ts";
import { TestServer } from "../element/support/test-server.ts";

const { metadata, data } = rawFrame(200, 100);

/** Returns a line for each violation that axe reports. */
async function faults(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(async () => {
    // axe measures colour contrast, so animations must have ended.
    const ending = document.getAnimations().filter(({ effect }) => effect.getTiming().iterations < Infinity);
    await Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
    const { violations } = await axe.run({ rules: { region: { enabled: false } } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ": " + html + failureSummary));
  })()`);
}

describeInBrowser("<broadcast-view>", (open) => {
  const viewports = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
  for (const [name, viewport] of Object.entries(viewports)) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`has no accessibility violations in ${colorScheme} colours on a ${name}, in every state`, async () => {
        await using server = await TestServer.open();
        server.head = `<meta name="color-scheme" content="light dark">`;
        server.body = `<main><h1>View</h1><broadcast-view src="live" control aria-label="Agent"></broadcast-view></main>`;
        const isPhone = name === "phone";
        const { page, complaints } = await open(server, {
          viewport,
          colorScheme,
          hasTouch: isPhone,
          isMobile: isPhone,
        });
        await page.evaluate(axe.source);
        const found: Record<string, string[]> = {};
        const look = async (state: string) => {
          await untilState(page, state);
          found[state] = await faults(page);
        };
        await look("connecting");
        const viewer = await server.viewer();
        viewer.hello({ mayControl: true });
        viewer.frame(metadata, data);
        await look("live");
        expect(await inView(page, `view.shadowRoot.querySelector("canvas").ariaLabel`)).toBe("Agent");
        if (isPhone) await page.tap("broadcast-view");
        else await page.click("broadcast-view");
        await viewer.next("control");
        viewer.send({ type: "control", holder: "you", isWaiting: false, isWanted: false });
        await expect.poll(() => inView(page, "view.hasControl")).toBe(true);
        await look("live");
        viewer.send({ type: "interrupted", reason: "The capture process was killed. Starting another one…" });
        await look("interrupted");
        viewer.send({ type: "ended", reason: "The disk is full." });
        await look("ended");
        await inView(page, `view.src = "again"`);
        await (await server.viewer(1)).next("demand");
        server.onViewer = (viewer) => viewer.close(4403, "You are not signed in.");
        server.viewers[1]?.close(1013, "There are already 100 viewers");
        await look("lost");
        await look("refused");
        const none = { connecting: [], live: [], interrupted: [], ended: [], lost: [], refused: [] };
        expect(found).toEqual(none);
        expect(complaints).toEqual([]);
      });
    }
  }
});
