import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { frameHeight, TestBroadcast } from "./support/test-broadcast.ts";
import { launchBrowser, openPage, shownFrame } from "./support/test-browser.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

/** Returns an expression that connects a WebSocket to `url` and resolves with "open" or "error". */
function connect(url: string): string {
  return `new Promise((resolve) => {
    const socket = new WebSocket(${JSON.stringify(url.replace("http", "ws"))});
    for (const event of ["open", "error"]) socket.addEventListener(event, () => resolve(event));
  })`;
}

describe.skipIf(!executablePath && !process.env.CI)("PageAccess in a browser", () => {
  let browser: Browser;
  let site: Server;

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
    site = createServer((_, response) => response.end("Another site."));
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
  });

  afterAll(async () => {
    await browser?.close();
    site.closeAllConnections();
    site.close();
  });

  test("refuses a wrong token, a wrong host name and the page of another site", async () => {
    await using broadcast = await TestBroadcast.open();
    broadcast.publish();
    const { page, complaints } = await openPage(browser, broadcast.url);
    await expect.poll(() => shownFrame(page, frameHeight)).toBe(0);
    expect(await page.evaluate(connect(new URL("live", broadcast.url).href))).toBe("open");
    expect(complaints).toEqual([]);

    const { host, pathname, port } = new URL(broadcast.url);
    const token = `/${"A".repeat(pathname.length - 2)}/`;
    const wrong = [`http://${host}${token}`, `http://elsewhere.localhost:${port}${pathname}`];
    for (const url of wrong) expect((await page.goto(url))?.status()).toBe(403);

    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
    expect(await page.evaluate(connect(new URL("live", broadcast.url).href))).toBe("error");
    await page.close();
    await expect.poll(() => broadcast.view.viewers.size).toBe(0);
  });
});
