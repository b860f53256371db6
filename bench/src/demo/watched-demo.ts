import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../../apps/demo/src/browser/find-browser.ts";
import type { Report } from "../../../apps/demo/src/report.ts";

const main = fileURLToPath(new URL("../../../apps/demo/dist/main.js", import.meta.url));

/** The built demo and a browser that shows its live page. Disposing ends both. */
export class WatchedDemo implements AsyncDisposable {
  readonly page: Page;
  readonly #demo: ChildProcessByStdio<null, Readable, Readable>;
  readonly #browser: Browser;
  readonly #output: Promise<string>;

  private constructor(
    demo: ChildProcessByStdio<null, Readable, Readable>,
    browser: Browser,
    page: Page,
    output: Promise<string>,
  ) {
    this.#demo = demo;
    this.#browser = browser;
    this.page = page;
    this.#output = output;
  }

  /**
   * Starts the demo with these arguments, and the browser. Resolves when the page is live. Rejects if the page cannot be loaded or does not
   * become live.
   */
  static async start(...args: readonly string[]): Promise<WatchedDemo> {
    const executablePath = findBrowser();
    const options = ["--port", "0", "--json", ...args];
    const demo = spawn(process.execPath, [main, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const output = text(demo.stdout);
    const browser = await chromium.launch({
      executablePath,
      chromiumSandbox: process.getuid?.() !== 0,
    });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(await addressOf(demo.stderr));
      await page.waitForSelector("body[data-state=live]");
      return new WatchedDemo(demo, browser, page, output);
    } catch (error) {
      demo.kill();
      await browser.close();
      throw error;
    }
  }

  /** Process id of the app process. */
  get pid(): number {
    return this.#demo.pid ?? 0;
  }

  /** Ends the demo. Resolves with its report. */
  async end(): Promise<Report> {
    this.#demo.kill("SIGINT");
    return JSON.parse(await this.#output) as Report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#demo.kill();
    await this.#browser.close();
  }
}

async function addressOf(stderr: Readable): Promise<string> {
  let printed = "";
  for (;;) {
    const [chunk] = (await once(stderr, "data")) as [Buffer];
    printed += chunk;
    const address = /Watch it at (\S+)/.exec(printed)?.[1];
    if (address) return address;
  }
}
