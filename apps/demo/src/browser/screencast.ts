import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";
import { FrameOrder } from "./frame-order.ts";

/** Time without a change after which {@link Screencast} checks for a dropped frame, in ms. */
const quietTime = 200;

/** Delay between a failure and the next attempt, in ms. */
const retryTime = 50;

/** Delivers each change of a page as a JPEG in base64. */
export class Screencast {
  readonly #page: Page;
  readonly #onFrame: (jpeg: string) => void;
  readonly #order = new FrameOrder();
  #session: CDPSession | undefined;
  #last = "";
  #quiet: NodeJS.Timeout | undefined;
  #isBeginning = false;
  #isStopped = false;

  constructor(page: Page, onFrame: (jpeg: string) => void) {
    this.#page = page;
    this.#onFrame = onFrame;
  }

  /** Resolves when the screencast runs. Even a static page delivers a first frame. Rejects if the page is closed. */
  async start(): Promise<void> {
    const session = await this.#page.context().newCDPSession(this.#page);
    this.#session = session;
    session.on("Page.screencastFrame", ({ data, metadata: { timestamp = 0 }, sessionId }) => {
      session.send("Page.screencastFrameAck", { sessionId }).catch(ignore);
      if (!this.#isStopped && this.#order.admit(timestamp)) this.#receive(data);
    });
    await this.#begin(session);
  }

  /** Stops delivering frames. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#quiet);
    this.#session?.send("Page.stopScreencast").catch(ignore);
  }

  #receive(jpeg: string): void {
    if (jpeg === this.#last) return;
    this.#last = jpeg;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#lookAgain(), quietTime);
    this.#onFrame(jpeg);
  }

  /**
   * Restarts the screencast. Chromium drops frames while earlier frames are not acknowledged, and the last frame before
   * a pause may be among them. A new screencast always begins with the current state of the page.
   */
  #lookAgain(): void {
    if (this.#session && !this.#isBeginning) this.#begin(this.#session).catch(ignore);
  }

  async #begin(session: CDPSession): Promise<void> {
    this.#isBeginning = true;
    try {
      while (!this.#isStopped) {
        try {
          await session.send("Page.stopScreencast");
          await session.send("Page.startScreencast", { format: "jpeg", quality: 80, everyNthFrame: 1 });
          return;
        } catch (error) {
          // During a navigation, the page briefly has no document, so the screencast cannot start yet.
          if (this.#page.isClosed()) throw error;
          await delay(retryTime);
        }
      }
    } finally {
      this.#isBeginning = false;
    }
  }
}

/** Ignores the error of a closed page, because the page's 'close' event reports the closing. */
function ignore(): void {}
