import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RunningDemo } from "./support/running-demo.ts";
import { launchBrowser, openPage } from "./support/test-browser.ts";
import { findBrowser } from "./support/tools.ts";

const executablePath = findBrowser();

/** A page with a text field in the upper half and a link in the lower half. The field reports its text to the server. */
const watchedPage = `<!doctype html><title>watched</title>
<style>* { margin: 0; border: 0; padding: 0 } input, a { display: block; width: 100vw; height: 50vh; font-size: 40px }</style>
<input oninput="fetch('/typed?' + encodeURIComponent(value))"><a href="/linked">a link</a>`;

describe.skipIf(!executablePath && !process.env.CI)("The demo with --url", () => {
  let browser: Browser;
  let site: Server;
  const requests: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser(executablePath);
    site = createServer(({ url = "" }, response) => {
      requests.push(decodeURIComponent(url));
      response.setHeader("content-type", "text/html");
      response.end(url.startsWith("/typed") ? "" : watchedPage);
    });
    site.listen(0, "127.0.0.1");
    await once(site, "listening");
  });

  afterAll(async () => {
    await browser?.close();
    site.closeAllConnections();
    site.close();
  });

  /** Resolves when the captured page has requested `url`. */
  async function asked(url: string): Promise<void> {
    while (!requests.includes(url)) await (once(site, "request") as Promise<[IncomingMessage]>);
  }

  /** Converts fractions of the video's width and height to a position in the window, in pixels. */
  async function place(page: Page, x: number, y: number): Promise<[number, number]> {
    const box = await page.locator("#video").boundingBox();
    if (box === null) throw new Error("the video is not visible");
    return [box.x + x * box.width, box.y + y * box.height];
  }

  test("types a viewer's text into the captured page, and follows a link that the viewer clicks", async () => {
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    await using demo = new RunningDemo(["--port", "0", "--url", url]);
    const { page, complaints } = await openPage(browser, await demo.find(/Watch it at (\S+)/));
    await page.waitForSelector("body[data-state=live][data-input=offered]");
    await page.mouse.click(...(await place(page, 0.5, 0.25)));
    await page.keyboard.type("Hello, you");
    await asked("/typed?Hello, you");
    await page.mouse.click(...(await place(page, 0.1, 0.55)));
    await asked("/linked");
    expect(complaints).toEqual([]);
    await page.close();
    demo.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
  });
});
