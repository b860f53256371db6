import type { LiveFrame } from "./lane.ts";

/**
 * Sends one frame at a time and keeps only the newest waiting frame, as an application with a plain socket would do.
 */
export class NewestSlot {
  readonly #send: (frame: LiveFrame) => Promise<unknown>;
  #waiting: LiveFrame | undefined;
  #isSending = false;
  #replaced = 0;

  /** `send` sends a frame and disposes it. It resolves when the next frame may be sent. */
  constructor(send: (frame: LiveFrame) => Promise<unknown>) {
    this.#send = send;
  }

  /** Number of frames that were replaced before they were sent. */
  get replaced(): number {
    return this.#replaced;
  }

  offer(frame: LiveFrame): void {
    if (this.#waiting) this.#replaced++;
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = frame;
    if (!this.#isSending) this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let frame = this.#take(); frame; frame = this.#take()) await this.#send(frame);
    this.#isSending = false;
  }

  #take(): LiveFrame | undefined {
    const frame = this.#waiting;
    this.#waiting = undefined;
    return frame;
  }
}
