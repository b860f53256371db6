import { setTimeout as delay } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";
import { FrameOrder } from "./frame-order.ts";

/** How long nothing has to change until {@link Screencast} makes sure that it saw the last change, in ms. */
const quietTime = 200;

/** How long after a failure it begins again, in ms. */
const retryTime = 50;

/** What a page looks like, as JPEG in base64, whenever that changes. */
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

  /** Resolves once the browser sends; the first frame comes even if nothing moves. Rejects where the page is gone. */
  async start(): Promise<void> {
    const session = await this.#page.context().newCDPSession(this.#page);
    this.#session = session;
    session.on("Page.screencastFrame", ({ data, metadata: { timestamp = 0 }, sessionId }) => {
      session.send("Page.screencastFrameAck", { sessionId }).catch(ignore);
      if (!this.#isStopped && this.#order.admit(timestamp)) this.#receive(data);
    });
    await this.#begin(session);
  }

  /** No frame comes any more. */
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
   * While frames are not acknowledged in time, Chromium drops newer ones, the last one before a pause among them. A
   * screencast that begins anew always sends what the page looks like now.
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
          // While one document gives way to another, there is no page for a moment.
          if (this.#page.isClosed()) throw error;
          await delay(retryTime);
        }
      }
    } finally {
      this.#isBeginning = false;
    }
  }
}

/** What fails because the page is gone needs no words here: its own events tell. */
function ignore(): void {}
