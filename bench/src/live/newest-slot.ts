import type { LivePicture } from "./lane.ts";

/** What an application writes around a socket to keep it fresh: one picture is sent at a time, and only the newest one waits. */
export class NewestSlot {
  readonly #send: (picture: LivePicture) => Promise<unknown>;
  #waiting: LivePicture | undefined;
  #isSending = false;
  #replaced = 0;

  /** `send` resolves when the next one may be sent; it disposes the picture. */
  constructor(send: (picture: LivePicture) => Promise<unknown>) {
    this.#send = send;
  }

  /** Pictures that were never sent. */
  get replaced(): number {
    return this.#replaced;
  }

  offer(picture: LivePicture): void {
    if (this.#waiting) this.#replaced++;
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = picture;
    if (!this.#isSending) this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let picture = this.#take(); picture; picture = this.#take()) await this.#send(picture);
    this.#isSending = false;
  }

  #take(): LivePicture | undefined {
    const picture = this.#waiting;
    this.#waiting = undefined;
    return picture;
  }
}
