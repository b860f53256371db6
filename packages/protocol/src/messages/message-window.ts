/**
 * How many messages and bytes may wait at the receiving side until they are taken; the last message may exceed `bytes`.
 * Only payload bytes count. The headers, which carry `data`, are bounded by the count: 16 MiB if a header is at most 64 KiB.
 */
const windowMessages = 256;
const windowBytes = 4 * 1024 * 1024;

/** A count of messages, and of the bytes of their payloads. */
export interface MessageCount {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * The receiving side of the users' messages, as a pure state machine: how many more may come.
 *
 * What was taken is granted anew, in steps of half a window, so that not every message is answered by a grant.
 */
export class MessageWindow {
  #receivedMessages = 0;
  #receivedBytes = 0;
  #takenMessages = 0;
  #takenBytes = 0;
  #granted: MessageCount = { messages: 0, bytes: 0 };

  /** Takes note of a message that came; `false` where it has no credit. */
  accept(bytes: number): boolean {
    const { messages, bytes: most } = this.#granted;
    if (this.#receivedMessages >= messages || this.#receivedBytes >= most) return false;
    this.#receivedMessages++;
    this.#receivedBytes += bytes;
    return true;
  }

  /** Somebody has taken a message with a payload of this many bytes. */
  take(bytes: number): void {
    this.#takenMessages++;
    this.#takenBytes += bytes;
  }

  /** Another connection: nothing is granted on it yet. What was not taken still lies here, and takes up room. */
  reconnect(): void {
    this.#takenMessages -= this.#receivedMessages;
    this.#takenBytes -= this.#receivedBytes;
    this.#receivedMessages = 0;
    this.#receivedBytes = 0;
    this.#granted = { messages: 0, bytes: 0 };
  }

  /** What to grant now; `undefined` where it is not worth it yet. */
  grant(): MessageCount | undefined {
    const { messages, bytes } = this.#granted;
    const next: MessageCount = {
      messages: Math.max(messages, this.#takenMessages + windowMessages),
      bytes: Math.max(bytes, this.#takenBytes + windowBytes),
    };
    const isWorthIt = next.messages - messages >= windowMessages / 2 || next.bytes - bytes >= windowBytes / 2;
    if (!isWorthIt) return undefined;
    this.#granted = next;
    return next;
  }
}
