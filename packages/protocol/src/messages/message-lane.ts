import { Fifo } from "../fifo.ts";
import type { MessageCount } from "./message-window.ts";

/**
 * Decides when the application's messages are sent: in order, each as soon as the peer has granted credit for it. Never
 * drops a message. Pure state machine.
 */
export class MessageLane<T extends { readonly bytes: number }> {
  /** Number of waiting messages. Only this class changes it. */
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

  /**
   * Spends credit on a new message and returns `true`, so that it can be sent at once. Returns `false` without credit, or
   * if other messages wait.
   */
  pass(item: T): boolean {
    if (this.length > 0 || !this.#hasCredit) return false;
    this.#sentMessages++;
    this.#sentBytes += item.bytes;
    return true;
  }

  /** Applies the totals that the peer granted on this connection. Lower totals than before are ignored. */
  credit({ messages, bytes }: MessageCount): void {
    this.#granted = {
      messages: Math.max(this.#granted.messages, messages),
      bytes: Math.max(this.#granted.bytes, bytes),
    };
  }

  /** Removes and returns the next message to send; `undefined` if no message waits or there is no credit. */
  shift(): T | undefined {
    if (this.length === 0 || !this.#hasCredit) return undefined;
    const item = this.#waiting.shift() as T;
    this.length--;
    this.#sentMessages++;
    this.#sentBytes += item.bytes;
    return item;
  }

  /** Returns the credit of a message that could not be sent. */
  giveBack(item: T): void {
    this.#sentMessages--;
    this.#sentBytes -= item.bytes;
  }

  /** Starts a new connection, with nothing sent and nothing granted. */
  reconnect(): void {
    this.#sentMessages = 0;
    this.#sentBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** Removes and returns all waiting messages. */
  clear(): T[] {
    this.length = 0;
    return this.#waiting.clear();
  }

  /** One remaining byte of credit is enough for a message of any size. */
  get #hasCredit(): boolean {
    return this.#sentMessages < this.#granted.messages && this.#sentBytes < this.#granted.bytes;
  }
}
