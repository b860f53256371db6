import { Fifo } from "../fifo.ts";
import type { MessageCount } from "./message-window.ts";

/**
 * The sending side of the users' messages, as a pure state machine: in order, each as soon as the other side has granted
 * it. None is ever dropped.
 */
export class MessageLane<T extends { readonly bytes: number }> {
  readonly #waiting = new Fifo<T>();
  #sentMessages = 0;
  #sentBytes = 0;
  #granted: MessageCount = { messages: 0, bytes: 0 };

  /** The number of waiting messages. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Adds a message at the end. */
  push(item: T): void {
    this.#waiting.push(item);
  }

  /** What may have been sent in all, on this connection. */
  credit({ messages, bytes }: MessageCount): void {
    this.#granted = {
      messages: Math.max(this.#granted.messages, messages),
      bytes: Math.max(this.#granted.bytes, bytes),
    };
  }

  /** The message to send now, if one is granted. The last one before the bytes run out may be of any size. */
  shift(): T | undefined {
    const { messages, bytes } = this.#granted;
    if (this.#sentMessages >= messages || this.#sentBytes >= bytes) return undefined;
    const item = this.#waiting.shift();
    if (!item) return undefined;
    this.#sentMessages++;
    this.#sentBytes += item.bytes;
    return item;
  }

  /** A message that was taken could not be sent after all. */
  giveBack(item: T): void {
    this.#sentMessages--;
    this.#sentBytes -= item.bytes;
  }

  /** Another connection: nothing was sent on it yet, and nothing is granted. What waits goes there. */
  reconnect(): void {
    this.#sentMessages = 0;
    this.#sentBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** Takes all that waits. */
  clear(): T[] {
    return this.#waiting.clear();
  }
}
