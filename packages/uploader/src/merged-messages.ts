import { PullQueue } from "@broadcast-ipc/ipc-channel";
import {
  Condition,
  type FailureReport,
  type MessagesOptions,
  type ReceivedMessage,
} from "@broadcast-ipc/protocol";

/**
 * Maximum number of merged messages, and of their payload bytes, that wait for the reader. Further messages wait in their
 * sources, whose credit bounds them. Each source may exceed the bounds by one message.
 */
const maxMessages = 256;
const maxBytes = 4 * 1024 * 1024;

/** Merges the messages of several sources into one queue, in the order in which they arrive. */
export class MergedMessages {
  /** The types that the sources yield; `undefined` for all types that are not claimed. */
  readonly types: readonly string[] | undefined;
  readonly #queue: PullQueue<ReceivedMessage>;
  readonly #room: Condition;
  #bytes = 0;
  #sources = 0;
  #isEnding = false;

  constructor(types: readonly string[] | undefined) {
    this.types = types;
    this.#room = new Condition(() => this.#queue.size < maxMessages && this.#bytes < maxBytes);
    this.#queue = new PullQueue((message) => {
      this.#bytes -= sizeOf(message);
      this.#room.check();
    });
  }

  /** Reads a source until it is done. Reports an error to `failures`. Never rejects. */
  async add(source: AsyncIterable<ReceivedMessage>, failures: Pick<FailureReport, "report">): Promise<void> {
    this.#sources++;
    try {
      for await (const message of source) {
        this.#bytes += sizeOf(message);
        this.#queue.push(message);
        await this.#room.wait();
      }
    } catch (error) {
      failures.report(error);
    }
    this.#sources--;
    this.#endIfDone();
  }

  /** See {@link PullQueue.iterate}. */
  iterate(options: Pick<MessagesOptions, "signal">): AsyncIterableIterator<ReceivedMessage> {
    return this.#queue.iterate(options);
  }

  /** Ends the queue after all sources are done. */
  end(): void {
    this.#isEnding = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#isEnding && this.#sources === 0) this.#queue.end();
  }
}

function sizeOf({ payload }: ReceivedMessage): number {
  return payload?.byteLength ?? 0;
}
