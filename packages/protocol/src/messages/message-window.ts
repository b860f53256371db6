/**
 * Maximum number of messages, and of payload bytes, that wait until the application consumes them. The last message may
 * exceed the byte limit. Headers do not count as bytes, but the message count bounds them: to 16 MiB with headers of at
 * most 64 KiB.
 */
const windowMessages = 256;
const windowBytes = 4 * 1024 * 1024;

/** A number of messages and of their payload bytes. */
export interface MessageCount {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Decides how many application messages the peer may send. Pure state machine.
 *
 * Credit for consumed messages is granted in steps of half a window, so that not every message causes a grant.
 */
export class MessageWindow {
  #receivedMessages = 0;
  #receivedBytes = 0;
  #takenMessages = 0;
  #takenBytes = 0;
  #granted: MessageCount = { messages: 0, bytes: 0 };

  /** Counts an incoming message. Returns `false` if it was sent without credit. */
  accept(bytes: number): boolean {
    const { messages, bytes: maxBytes } = this.#granted;
    if (this.#receivedMessages >= messages || this.#receivedBytes >= maxBytes) return false;
    this.#receivedMessages++;
    this.#receivedBytes += bytes;
    return true;
  }

  /**
   * Counts a message that the application consumed. `bytes` is the length of its payload. Returns whether {@link grant}
   * now returns totals.
   */
  take(bytes: number): boolean {
    this.#takenMessages++;
    this.#takenBytes += bytes;
    return this.#isGrantDue;
  }

  /**
   * Starts a new connection, with nothing granted. Messages that the application has not consumed still count against the
   * window.
   */
  reconnect(): void {
    this.#takenMessages -= this.#receivedMessages;
    this.#takenBytes -= this.#receivedBytes;
    this.#receivedMessages = 0;
    this.#receivedBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** Returns the totals to grant; `undefined` until they have risen by half a window. */
  grant(): MessageCount | undefined {
    if (!this.#isGrantDue) return undefined;
    const { messages, bytes } = this.#granted;
    this.#granted = {
      messages: Math.max(messages, this.#takenMessages + windowMessages),
      bytes: Math.max(bytes, this.#takenBytes + windowBytes),
    };
    return this.#granted;
  }

  get #isGrantDue(): boolean {
    const { messages, bytes } = this.#granted;
    return (
      this.#takenMessages + windowMessages / 2 >= messages || this.#takenBytes + windowBytes / 2 >= bytes
    );
  }
}
