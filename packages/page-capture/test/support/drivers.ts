import { chromium, type Page as PlaywrightPage } from "playwright-core";
import puppeteer, { type Page as PuppeteerPage } from "puppeteer-core";
import { lightChromium } from "../../../../tests/support/light-chromium.ts";
import type { CapturablePage } from "../../src/browser/open-target.ts";
import type { CDPSessionLike } from "../../src/browser/page-target.ts";
import { executablePath } from "./find-browser.ts";

/** The libraries that drive the browser in tests. `"session"` captures a plain session that Playwright has opened. */
export const drivers = ["playwright", "puppeteer", "session"] as const;

export type Driver = (typeof drivers)[number];

/** A browser. Each page has a context of its own. */
export interface DrivenBrowser extends AsyncDisposable {
  open(options?: PageOptions): Promise<DrivenPage>;
}

/** A page, which is closed with all its pop-ups when it is disposed. */
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
  /** The open pages, this one first. */
  pages(): Promise<(PlaywrightPage | PuppeteerPage)[]>;
  /** Opens an empty tab in front of this page. */
  newTab(): Promise<{ close(): Promise<void> }>;
  closePage(): Promise<void>;
  closeBrowser(): Promise<void>;
}

interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly deviceScaleFactor?: number;
}

const isRoot = process.getuid?.() === 0;
const quietly = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  lightChromium,
  ...(isRoot ? ["--no-sandbox"] : []),
];

const shared = new Map<Driver, Promise<DrivenBrowser>>();

/**
 * Returns a browser that all tests of this process share, because starting one takes more time than most tests. It ends with
 * the process.
 */
async function sharedBrowser(driver: Driver): Promise<DrivenBrowser> {
  const browser = shared.get(driver) ?? launch(driver);
  shared.set(driver, browser);
  return await browser;
}

/** Starts a browser. */
export async function launch(driver: Driver, more: readonly string[] = []): Promise<DrivenBrowser> {
  const options = { executablePath: executablePath as string, args: [...quietly, ...more] };
  return driver === "puppeteer" ? launchPuppeteer(options) : launchPlaywright(driver, options);
}

interface LaunchOptions {
  readonly executablePath: string;
  readonly args: string[];
}

async function launchPuppeteer(options: LaunchOptions): Promise<DrivenBrowser> {
  const browser = await puppeteer.launch({
    ...options,
    // Otherwise Puppeteer lets the browser block the pop-ups that no click has opened.
    ignoreDefaultArgs: [],
    args: [...options.args, "--disable-popup-blocking"],
  });
  const close = async () => {
    // Puppeteer waits for the end of the browser process without a limit.
    const killing = setTimeout(() => browser.process()?.kill("SIGKILL"), 10_000);
    await browser.close();
    clearTimeout(killing);
  };
  return {
    open: async ({ width = 320, height = 240, deviceScaleFactor = 1 } = {}) => {
      const context = await browser.createBrowserContext();
      const host = await context.newPage();
      await host.setViewport({ width, height, deviceScaleFactor });
      return {
        page: host,
        host,
        goto: async (url) => void (await host.goto(url)),
        evaluate: (expression) => host.evaluate(expression) as never,
        session: () => host.createCDPSession() as Promise<unknown> as Promise<CDPSessionLike>,
        resize: (w, h) => host.setViewport({ width: w, height: h, deviceScaleFactor }),
        pages: () => context.pages(),
        newTab: () => context.newPage(),
        closePage: () => host.close(),
        closeBrowser: close,
        [Symbol.asyncDispose]: () => context.close().catch(() => {}),
      };
    },
    [Symbol.asyncDispose]: close,
  };
}

async function launchPlaywright(driver: Driver, options: LaunchOptions): Promise<DrivenBrowser> {
  const browser = await chromium.launch(options);
  const close = () => browser.close();
  return {
    open: async ({ width = 320, height = 240, deviceScaleFactor = 1 } = {}) => {
      const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor });
      const host = await context.newPage();
      // Without a listener, Playwright dismisses dialogs itself.
      if (driver === "session") host.on("dialog", () => {});
      const session = () => context.newCDPSession(host) as Promise<unknown> as Promise<CDPSessionLike>;
      return {
        page: driver === "session" ? await session() : host,
        host,
        goto: async (url) => void (await host.goto(url)),
        evaluate: (expression) => host.evaluate(expression),
        session,
        resize: (w, h) => host.setViewportSize({ width: w, height: h }),
        pages: async () => context.pages(),
        newTab: () => context.newPage(),
        closePage: () => host.close(),
        closeBrowser: close,
        [Symbol.asyncDispose]: () => context.close().catch(() => {}),
      };
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Opens a page in the shared browser. */
export async function drive(driver: Driver, options?: PageOptions): Promise<DrivenPage> {
  return (await sharedBrowser(driver)).open(options);
}
