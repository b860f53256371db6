import { readJpegHeader } from "@broadcast-ipc/image-codec";
import { now } from "@broadcast-ipc/uploader";
import type { Browser, Page } from "playwright-core";
import type { CaptureSink, CaptureSource } from "../capture-source.ts";
import type { InputMessage } from "../input-message.ts";
import { FramePacer } from "./frame-pacer.ts";
import { launchBrowser } from "./launch-browser.ts";
import { openBundledPage } from "./open-bundled-page.ts";
import { PageInput } from "./page-input.ts";
import { Screencast } from "./screencast.ts";

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
  readonly note: string | undefined;
  /** The Playwright page. */
  readonly page: Page;
  readonly #browser: Browser;
  readonly #framesPerSecond: number;
  readonly #input: PageInput;
  #stopFrames = () => {};
  /** Whether the source has been stopped or has failed. */
  #isOver = false;

  private constructor(browser: Browser, page: Page, note: string | undefined, options: BrowserOptions) {
    this.#browser = browser;
    this.page = page;
    this.note = note;
    this.#framesPerSecond = options.framesPerSecond;
    this.#input = new PageInput(page, options.size ?? defaultSize);
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
      context.on("page", (other) => showInstead(page, other));
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
    const fail = (reason: string, cause?: unknown) => {
      if (this.#isOver) return;
      this.#isOver = true;
      this.#stopFrames();
      sink.failed(new Error(reason, { cause }));
    };
    this.page.once("crash", () => fail("the page has crashed"));
    // When the browser ends, the page emits 'close' just before the browser emits 'disconnected'. setImmediate() lets
    // 'disconnected' report the reason.
    this.page.once("close", () => setImmediate(() => fail("the page was closed")));
    this.#browser.once("disconnected", () => fail("the browser has ended"));
    this.#show(sink).catch((error) => fail("the browser does not show the page", error));
  }

  input(message: InputMessage): void {
    this.#input.perform(message);
  }

  /** Asks the page's main thread for an answer, which needs the browser and the page to respond. */
  check(): Promise<unknown> {
    return this.page.evaluate("0");
  }

  /** Stops the capture and closes the browser. Resolves when the browser is closed. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#stopFrames();
    await this.#browser.close();
  }

  #show(sink: CaptureSink): Promise<void> {
    const pacer = new FramePacer<{ jpeg: string; timestamp: number }>(this.#framesPerSecond, (frame) => {
      const data = decodeBase64(frame.jpeg);
      const size = readJpegHeader(data);
      if (!size) return;
      sink.frame({
        type: "image",
        encoding: "jpeg",
        codedWidth: size.width,
        codedHeight: size.height,
        data,
        timestamp: frame.timestamp,
      });
    });
    // The timestamp is the arrival time, because Chromium reports the display time, which can be later than the
    // arrival.
    const screencast = new Screencast(this.page, (jpeg) => pacer.offer({ jpeg, timestamp: now() }));
    this.#stopFrames = () => {
      screencast.stop();
      pacer.stop();
    };
    return screencast.start();
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

/**
 * Closes a new tab and loads the tab's address in the captured page, because only that page is captured. The browser lets
 * this program load files and its own pages too, which a web page may not, so only web addresses are loaded.
 */
async function showInstead(page: Page, other: Page): Promise<void> {
  try {
    await other.waitForURL((url) => url.href !== "about:blank", {
      waitUntil: "commit",
      timeout: openTimeout,
    });
    const url = other.url();
    await other.close();
    if (!/^(https?|blob):/.test(url)) return;
    await page.goto(url, { waitUntil: "commit", timeout: openTimeout });
  } catch {
    await other.close().catch(() => {});
  }
}

/** Decodes base64 into new memory. A small Buffer would share memory with Node's pool. */
function decodeBase64(text: string): Uint8Array {
  const data = new Uint8Array(Buffer.byteLength(text, "base64"));
  Buffer.from(data.buffer).write(text, "base64");
  return data;
}
