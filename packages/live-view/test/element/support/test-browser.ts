import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, onTestFinished } from "vitest";
import { isSkipped, sharedBrowser } from "./shared-browser.ts";
import type { Color } from "./test-frames.ts";

/** A page in a browser, and what it logged. */
export interface OpenedPage {
  readonly page: Page;
  /** Uncaught errors, errors and warnings. Lost connections, which browsers log as errors, are left out. */
  readonly complaints: string[];
}

/** Opens a page in the shared browser. */
async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const page = await (await sharedBrowser()).newPage(options);
  const complaints: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !text.includes("WebSocket")) complaints.push(text);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** The element on the page, as an expression. */
const view = `document.querySelector("broadcast-view")`;

/** Resolves when the element has the given state. */
export async function untilState(page: Page, state: string): Promise<void> {
  // page.waitForFunction() would evaluate text in the page, which the CSP of the test pages forbids.
  await page.evaluate(`new Promise((resolve) => {
    const view = ${view};
    const check = () => view.state === "${state}" && resolve();
    view.addEventListener("statechange", check);
    check();
  })`);
}

/** Returns the colours at the given positions of the canvas; 1 is the width or the height of the canvas. */
export function colorsAt(page: Page, places: readonly (readonly [number, number])[]): Promise<Color[]> {
  return page.evaluate<Color[]>(`(${JSON.stringify(places)}).map(([x, y]) => {
    const canvas = ${view}.shadowRoot.querySelector("canvas");
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.drawImage(canvas, -Math.floor(x * canvas.width), -Math.floor(y * canvas.height));
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  })`);
}

/** Positions in the four quarters of a frame: top left, top right, bottom left, bottom right. */
export const quarters = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** Declares tests that run in the shared browser. They are skipped if none is installed, except in CI. */
export function describeInBrowser(
  name: string,
  declare: (
    open: (server: { readonly url: string }, options?: BrowserContextOptions) => Promise<OpenedPage>,
  ) => void,
): void {
  describe.skipIf(isSkipped)(name, () => {
    declare(async (server, options) => {
      const opened = await openPage(server.url, options);
      onTestFinished(() => opened.page.close());
      return opened;
    });
  });
}

/** Evaluates an expression in which `view` is the element. */
export function inView<T>(page: Page, expression: string): Promise<T> {
  return page.evaluate<T>(`{ const view = ${view}; (${expression}) }`);
}
