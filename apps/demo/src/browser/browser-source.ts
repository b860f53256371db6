import { PageCapture } from "@broadcast-ipc/page-capture";
import type { Browser, Page } from "playwright-core";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import { launchBrowser } from "./launch-browser.ts";
import { openBundledPage } from "./open-bundled-page.ts";

const defaultSize = { width: 1280, height: 720 };

/** Longest wait for a page to respond, in ms. */
const openTimeout = 10_000;

interface BrowserOptions {
  /** Address of the page. Default: the bundled page of the demo. */
  readonly url?: string | undefined;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
  /** Folder of the built bundled page. Default: `bundled-page/` beside the built demo. */
  readonly bundledPage?: URL | undefined;
}

/** A page in a headless Chromium, Chrome or Edge, captured as the JPEG frames of the browser's screencast. */
export class BrowserSource implements CaptureSource {
  readonly name = "page";
  readonly hasAudio = false;
  readonly takesInput = true;
  readonly note: string | undefined;
  /** The Playwright page. */
  readonly page: Page;
  readonly #browser: Browser;
  readonly #framesPerSecond: number;
  readonly #stopping = new AbortController();

  private constructor(browser: Browser, page: Page, note: string | undefined, options: BrowserOptions) {
    this.#browser = browser;
    this.page = page;
    this.note = note;
    this.#framesPerSecond = options.framesPerSecond;
  }

  /**
   * Starts a browser and opens the page. Resolves when the page has responded. Rejects with a user-facing Error if the
   * browser does not start or the page cannot be opened.
   */
  static async open(options: BrowserOptions): Promise<BrowserSource> {
    const { browser, note } = await launchBrowser();
    try {
      const viewport = options.size ?? defaultSize;
      const context = await browser.newContext({ viewport, deviceScaleFactor: 1, acceptDownloads: false });
      const page = await context.newPage();
      if (options.url === undefined)
        await openBundledPage(page, options.framesPerSecond, options.bundledPage);
      else await open(page, options.url);
      return new BrowserSource(browser, page, note, options);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  start(sink: CaptureSink): void {
    const { signal } = this.#stopping;
    let isBrowserGone = false;
    this.#browser.once("disconnected", () => {
      isBrowserGone = true;
    });
    const fail = (reason: string, cause?: unknown) => {
      if (!signal.aborted) sink.failed(new Error(reason, { cause }));
    };
    const maxFps = Math.min(this.#framesPerSecond, 60);
    PageCapture.start(this.page, sink.target, { maxFps, input: true, signal }).then(
      async (capture) => {
        const { reason, error } = await capture.ended;
        // When the browser ends, its page is closed just before the browser reports its end.
        await new Promise(setImmediate);
        if (reason === "crashed") fail("the page has crashed", error);
        else if (reason === "closed") fail(isBrowserGone ? "the browser has ended" : "the page was closed");
      },
      (error) => fail("the browser does not show the page", error),
    );
  }

  /** Asks the page's main thread for an answer, which needs the browser and the page to respond. */
  check(): Promise<unknown> {
    return this.page.evaluate("0");
  }

  /** Stops the capture and closes the browser. Resolves when the browser is closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#browser.close();
  }
}

async function open(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url, { waitUntil: "commit", timeout: openTimeout });
  } catch (cause) {
    const [, reason] = /page\.goto: (.*?)( at |\.?$)/m.exec((cause as Error).message) ?? [];
    throw new Error(`${url} could not be opened: ${reason ?? "it is not the address of a page"}`, { cause });
  }
}
