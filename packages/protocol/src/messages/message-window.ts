/**
 * How many messages and bytes may wait until the application takes them; the last message may exceed the bytes. Only payload
 * bytes count. The message count bounds the headers, which carry `data`: to 16 MiB if a header is at most 64 KiB.
 */
const windowMessages = 256;
const windowBytes = 4 * 1024 * 1024;

/** A number of messages, and of their payload bytes. */
export interface MessageCount {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Decides how many of the application's messages the other side may send. A pure state machine.
 *
 * Messages that the application takes are granted again in steps of half a window, so that not every message causes a grant.
 */
export class MessageWindow {
  #receivedMessages = 0;
  #receivedBytes = 0;
  #takenMessages = 0;
  #takenBytes = 0;
  #granted: MessageCount = { messages: 0, bytes: 0 };

  /** Counts an incoming message; `false` if it came without credit. */
  accept(bytes: number): boolean {
    const { messages, bytes: maxBytes } = this.#granted;
    if (this.#receivedMessages >= messages || this.#receivedBytes >= maxBytes) return false;
    this.#receivedMessages++;
    this.#receivedBytes += bytes;
    return true;
  }

  /** The application has taken a message with a payload of this many bytes. Returns whether {@link grant} will grant more. */
  take(bytes: number): boolean {
    this.#takenMessages++;
    this.#takenBytes += bytes;
    return this.#isGrantDue;
  }

  /** A new connection: nothing is granted on it yet. Messages that the application has not taken still count against the window. */
  reconnect(): void {
    this.#takenMessages -= this.#receivedMessages;
    this.#takenBytes -= this.#receivedBytes;
    this.#receivedMessages = 0;
    this.#receivedBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** The totals to grant now; `undefined` until they have risen by half a window. */
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
