import { chromium, type Page as PlaywrightPage } from "playwright-core";
import puppeteer, { type Page as PuppeteerPage } from "puppeteer-core";
import type { CapturablePage } from "../../src/browser/open-target.ts";
import type { CDPSessionLike } from "../../src/browser/page-target.ts";
import { executablePath } from "./find-browser.ts";

/** The libraries that drive the browser in tests. `"session"` captures a plain session that Playwright has opened. */
export const drivers = ["playwright", "puppeteer", "session"] as const;

export type Driver = (typeof drivers)[number];

export interface DrivenPage extends AsyncDisposable {
  /** What a host program passes to this package. */
  readonly page: CapturablePage;
  /** The page of Playwright or Puppeteer. */
  readonly host: PlaywrightPage | PuppeteerPage;
  goto(url: string): Promise<void>;
  evaluate<T>(expression: string): Promise<T>;
  /** Opens a session that does not belong to the capture. */
  session(): Promise<CDPSessionLike>;
  resize(width: number, height: number): Promise<void>;
  /** Number of open pages, this one included. */
  pages(): Promise<number>;
  closePage(): Promise<void>;
  closeBrowser(): Promise<void>;
}

interface DriveOptions {
  readonly width?: number;
  readonly height?: number;
  readonly deviceScaleFactor?: number;
  readonly args?: readonly string[];
}

const quietly = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

/** Starts a browser with one page. */
export async function drive(
  driver: Driver,
  { width = 320, height = 240, deviceScaleFactor = 1, args: more = [] }: DriveOptions = {},
): Promise<DrivenPage> {
  const isRoot = process.getuid?.() === 0;
  const args = [...quietly, ...(isRoot ? ["--no-sandbox"] : []), ...more];
  const path = executablePath as string;
  if (driver === "puppeteer") {
    const defaultViewport = { width, height, deviceScaleFactor };
    const browser = await puppeteer.launch({ executablePath: path, args, defaultViewport });
    const host = (await browser.pages())[0] ?? (await browser.newPage());
    return {
      page: host,
      host,
      goto: async (url) => void (await host.goto(url)),
      evaluate: (expression) => host.evaluate(expression) as never,
      session: () => host.createCDPSession() as Promise<unknown> as Promise<CDPSessionLike>,
      resize: (w, h) => host.setViewport({ width: w, height: h, deviceScaleFactor }),
      pages: async () => (await browser.pages()).length,
      closePage: () => host.close(),
      closeBrowser: () => browser.close(),
      [Symbol.asyncDispose]: () => browser.close(),
    };
  }
  const browser = await chromium.launch({ executablePath: path, args });
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor });
  const host = await context.newPage();
  // Without a listener, Playwright dismisses dialogs itself.
  if (driver === "session") host.on("dialog", () => {});
  const page = driver === "session" ? await context.newCDPSession(host) : host;
  return {
    page,
    host,
    goto: async (url) => void (await host.goto(url)),
    evaluate: (expression) => host.evaluate(expression),
    session: () => context.newCDPSession(host) as Promise<unknown> as Promise<CDPSessionLike>,
    resize: (w, h) => host.setViewportSize({ width: w, height: h }),
    pages: async () => context.pages().length,
    closePage: () => host.close(),
    closeBrowser: () => browser.close(),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
