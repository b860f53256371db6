import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Connection } from "../connection/connection.ts";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { validate } from "../options/validate.ts";
import { PullQueue } from "../queue/pull-queue.ts";
import type { ReceivedFrame } from "../wire/frame.ts";
import type { Traffic } from "./channel-stats.ts";
import type { Message } from "./message.ts";

/** While this much waits to be taken, nothing is read from the connection. One message may exceed the number of bytes. */
const inboxLimits = { messages: 1024, bytes: 4 * 1024 * 1024 };

/** A frame that is handed out as a message. */
type Incoming<H> = ReceivedFrame & Message<H>;

/** Gets each message as it arrives, instead of the queue. */
interface Consumer<H> {
  readonly onMessage: (message: Message<H>) => void;
  /** Called with the exception of `onMessage`. */
  readonly onFailure: (error: unknown) => void;
}

/** The receiving end of a channel: holds messages until they are taken, within bounds, and checks headers as they are taken. */
export class Inbox<H> {
  readonly #connection: Connection;
  readonly #schema: StandardSchemaV1<unknown, H> | undefined;
  readonly #queue: PullQueue<Incoming<H>>;
  #received = 0;
  /** The messages that wait to be taken, and their bytes. */
  #messages = 0;
  #bytes = 0;
  /** Whether the connection is paused because this is full. */
  #isPausing = false;
  #onEmpty: (() => void) | undefined;
  /** Set while {@link forEach} is running and no message waits. */
  #consumer: Consumer<H> | undefined;

  constructor(connection: Connection, schema: StandardSchemaV1<unknown, H> | undefined) {
    this.#connection = connection;
    this.#schema = schema;
    this.#queue = new PullQueue(this.#onTake);
  }

  /** The number of messages that have arrived. */
  get received(): number {
    return this.#received;
  }

  /** The messages that nobody has taken yet. */
  get waiting(): Traffic {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Passes a message that has arrived to {@link forEach}, or keeps it. */
  push(frame: ReceivedFrame): void {
    this.#received++;
    const consumer = this.#consumer;
    if (consumer) {
      try {
        consumer.onMessage(frame as Incoming<H>);
      } catch (error) {
        consumer.onFailure(error);
      }
      return;
    }
    this.#messages++;
    this.#bytes += frame.bytes;
    this.#queue.push(frame as Incoming<H>);
    if (this.#messages > 0 && !this.#isPausing && this.#isFull) {
      this.#isPausing = true;
      this.#connection.pause();
    }
  }

  /** No more messages follow; see {@link PullQueue.end}. */
  end(error?: IPCChannelError): void {
    this.#consumer = undefined;
    this.#queue.end(error);
  }

  /** Ends it, and drops the messages that nobody has taken. */
  discard(): void {
    this.end();
    this.#queue.clear();
    this.#messages = 0;
    this.#bytes = 0;
    this.#onEmpty?.();
  }

  /** Calls back once, as soon as every message is taken. */
  onceEmpty(callback: () => void): void {
    if (this.#messages === 0) callback();
    else this.#onEmpty = callback;
  }

  iterate(options: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<Message<H>> {
    const taken = this.#queue.iterate(options);
    const schema = this.#schema;
    if (!schema) return taken;
    const checked: AsyncIterableIterator<Message<H>> = {
      next: async () => {
        const result = await taken.next();
        if (!result.done) {
          const message: { header: H } = result.value;
          message.header = await validate(schema, message.header, refuseHeader);
        }
        return result;
      },
      return: async () => {
        await taken.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => checked,
    };
    return checked;
  }

  /** See {@link IPCChannel.forEach}. */
  async forEach(onMessage: (message: Message<H>) => void): Promise<void> {
    const messages = this.iterate({});
    // A schema may be asynchronous, and the queue keeps the order.
    while (this.#schema || this.#messages > 0) {
      const { done, value } = await messages.next();
      if (done) return;
      onMessage(value);
    }
    await new Promise<void>((resolve, reject) => {
      const isBusy = this.#queue.isAwaited;
      // Stays pending until the queue ends, so other iterators get ERR_IPC_BUSY.
      messages.next().then(() => resolve(), reject);
      const hasEnded = !this.#queue.isAwaited;
      if (isBusy || hasEnded) return;
      const onFailure = (error: unknown) => {
        this.#consumer = undefined;
        reject(error);
        messages.return?.();
      };
      this.#consumer = { onMessage, onFailure };
    });
  }

  get #isFull(): boolean {
    return this.#messages >= inboxLimits.messages || this.#bytes >= inboxLimits.bytes;
  }

  readonly #onTake = (message: Incoming<H>): void => {
    this.#messages--;
    this.#bytes -= message.bytes;
    if (this.#isPausing && !this.#isFull) {
      this.#isPausing = false;
      this.#connection.resume();
    }
    if (this.#messages === 0) this.#onEmpty?.();
  };
}

function refuseHeader(reason: string, cause?: unknown): IPCChannelError {
  const options = cause === undefined ? undefined : { cause };
  return new IPCChannelError("ERR_IPC_INVALID_HEADER", `a header fails its schema: ${reason}`, options);
}
