import { setTimeout as delay } from "node:timers/promises";
import { messageContent, type PageNotice, pageNoticeType } from "@broadcast-ipc/protocol";
import { NoticeQueue } from "./notice-queue.ts";

/** Maximum time to wait for a receiver that reads no messages at the end, in ms. */
const longestEnd = 1000;

interface NoticeSenderOptions {
  /** Sends a message. Settles when the message was written or is lost. */
  send(type: string, data: unknown, payload?: Uint8Array): Promise<void>;
  /** Returns the notices that describe the current state. */
  current(): readonly PageNotice[];
}

/** Sends the notices of a page, one at a time. Without a receiver, none waits: the next receiver gets the current state. */
export class NoticeSender {
  readonly #options: NoticeSenderOptions;
  readonly #queue = new NoticeQueue();
  #isConnected = false;
  #isSending = false;
  #sent: Promise<void> = Promise.resolve();

  constructor(options: NoticeSenderOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Sends the current state, because there is another receiver. */
  connect(): void {
    // What waits stays, because another receiver of a fan-out may still need it.
    this.#isConnected = true;
    for (const notice of this.#options.current()) this.tell(notice);
  }

  disconnect(): void {
    this.#isConnected = false;
    this.#queue.clear();
  }

  tell(notice: PageNotice): void {
    if (!this.#isConnected) return;
    this.#queue.add(notice);
    if (!this.#isSending) this.#sent = this.#sendAll();
  }

  /**
   * Sends a last notice, if there is one, and ignores later ones. Resolves when all notices were written, or after a second.
   * Never rejects.
   */
  async end(last: PageNotice | undefined): Promise<void> {
    if (!this.#isConnected) return;
    if (last) this.tell(last);
    this.#isConnected = false;
    await Promise.race([this.#sent, delay(longestEnd, undefined, { ref: false })]);
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let notice = this.#queue.take(); notice; notice = this.#queue.take()) {
      // A lost connection loses the notice. The next receiver gets the current state.
      await this.#options.send(pageNoticeType, ...messageContent(notice)).catch(() => {});
    }
    this.#isSending = false;
  }
}
