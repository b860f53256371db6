import { Fifo } from "../fifo.ts";
import type { MessageCount } from "./message-window.ts";

/**
 * Decides which of the application's messages may be sent: in order, each as soon as the other side has granted credit for it.
 * No message is ever dropped. A pure state machine.
 */
export class MessageLane<T extends { readonly bytes: number }> {
  /** The number of waiting messages. Only this class changes it. */
  length = 0;
  readonly #waiting = new Fifo<T>();
  #sentMessages = 0;
  #sentBytes = 0;
  #granted: MessageCount = { messages: 0, bytes: 0 };

  /** Adds a message at the end. */
  push(item: T): void {
    this.#waiting.push(item);
    this.length++;
  }

  /** Whether a new message may be sent at once, which spends credit. Otherwise it must wait: without credit, or behind other messages. */
  pass(item: T): boolean {
    if (this.length > 0 || !this.#hasCredit) return false;
    this.#sentMessages++;
    this.#sentBytes += item.bytes;
    return true;
  }

  /** Takes credit: the total counts that may be sent on this connection. They never fall. */
  credit({ messages, bytes }: MessageCount): void {
    this.#granted = {
      messages: Math.max(this.#granted.messages, messages),
      bytes: Math.max(this.#granted.bytes, bytes),
    };
  }

  /** Takes the message to send now, if there is credit. */
  shift(): T | undefined {
    if (this.length === 0 || !this.#hasCredit) return undefined;
    const item = this.#waiting.shift() as T;
    this.length--;
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
    this.length = 0;
    return this.#waiting.clear();
  }

  /** While any bytes are left, the next message may be of any size. */
  get #hasCredit(): boolean {
    return this.#sentMessages < this.#granted.messages && this.#sentBytes < this.#granted.bytes;
  }
}
