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

/** How long an address may take to answer, in ms. */
const openTimeout = 10_000;

interface BrowserOptions {
  /** The page that comes with the demo without it. */
  readonly url?: string | undefined;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
  readonly framesPerSecond: number;
  /** Where the page that comes with the demo was built to; beside the built demo without it. */
  readonly bundledPage?: URL | undefined;
}

/** A page in the Chromium, Chrome or Edge of this machine, without a window, as the JPEG that the browser itself makes. */
export class BrowserSource implements CaptureSource {
  readonly name = "page";
  readonly hasSound = false;
  readonly note: string | undefined;
  /** The page itself. */
  readonly page: Page;
  readonly #browser: Browser;
  readonly #framesPerSecond: number;
  readonly #input: PageInput;
  #stopFrames = () => {};
  /** Stopped, or failed. */
  #isOver = false;

  private constructor(browser: Browser, page: Page, note: string | undefined, options: BrowserOptions) {
    this.#browser = browser;
    this.page = page;
    this.note = note;
    this.#framesPerSecond = options.framesPerSecond;
    this.#input = new PageInput(page, options.size ?? defaultSize);
  }

  /** Resolves once the page answers; rejects with an Error that says in a sentence why it is not shown. */
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
    // Where the browser ends, its page is closed just before that is told.
    this.page.once("close", () => setImmediate(() => fail("the page was closed")));
    this.#browser.once("disconnected", () => fail("the browser has ended"));
    this.#show(sink).catch((error) => fail("the browser does not show the page", error));
  }

  input(message: InputMessage): void {
    this.#input.perform(message);
  }

  /** Resolves when the browser has ended. */
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
      sink.picture({
        type: "image",
        encoding: "jpeg",
        codedWidth: size.width,
        codedHeight: size.height,
        data,
        timestamp: frame.timestamp,
      });
    });
    // The time that Chromium tells with a frame is when a display would show it, which may be after it was sent.
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
    throw new Error(`${url} could not be opened: ${reason ?? "it is no address of a page"}`, { cause });
  }
}

/** There is one page to see, so what opens in another one opens in this. */
async function showInstead(page: Page, other: Page): Promise<void> {
  try {
    await other.waitForURL((url) => url.href !== "about:blank", {
      waitUntil: "commit",
      timeout: openTimeout,
    });
    const url = other.url();
    await other.close();
    await page.goto(url, { waitUntil: "commit", timeout: openTimeout });
  } catch {
    await other.close().catch(() => {});
  }
}

/** Into memory of its own: a small Buffer would share Node's. */
function decodeBase64(text: string): Uint8Array {
  const data = new Uint8Array(Buffer.byteLength(text, "base64"));
  Buffer.from(data.buffer).write(text, "base64");
  return data;
}
