import { Fifo } from "../fifo.ts";
import type { MessageCount } from "./message-window.ts";

/**
 * Decides which of the application's messages may be sent: in order, each as soon as the other side has granted credit for it.
 * No message is ever dropped. A pure state machine.
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

  /** Takes credit: the total counts that may be sent on this connection. They never fall. */
  credit({ messages, bytes }: MessageCount): void {
    this.#granted = {
      messages: Math.max(this.#granted.messages, messages),
      bytes: Math.max(this.#granted.bytes, bytes),
    };
  }

  /** Takes the message to send now, if there is credit. While any bytes are left, the message may be of any size. */
  shift(): T | undefined {
    const { messages, bytes } = this.#granted;
    if (this.#sentMessages >= messages || this.#sentBytes >= bytes) return undefined;
    const item = this.#waiting.shift();
    if (!item) return undefined;
    this.#sentMessages++;
    this.#sentBytes += item.bytes;
    return item;
  }

  /** A message that was taken could not be sent: returns its credit. */
  giveBack(item: T): void {
    this.#sentMessages--;
    this.#sentBytes -= item.bytes;
  }

  /** A new connection: nothing is sent or granted on it yet. */
  reconnect(): void {
    this.#sentMessages = 0;
    this.#sentBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** Takes all waiting messages. */
  clear(): T[] {
    return this.#waiting.clear();
  }
}
