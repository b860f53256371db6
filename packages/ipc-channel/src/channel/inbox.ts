import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Connection } from "../connection/connection.ts";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { validate } from "../options/validate.ts";
import { PullQueue } from "../queue/pull-queue.ts";
import type { ReceivedFrame } from "../wire/frame.ts";
import type { Message } from "./message.ts";
import type { Traffic } from "./traffic.ts";

/** Reading pauses while this many messages or bytes wait to be taken. A single message may exceed the limit on bytes. */
const inboxLimits = { messages: 1024, bytes: 4 * 1024 * 1024 };

/** A frame that is delivered as a message. */
type Incoming<H> = ReceivedFrame & Message<H>;

/** Receives each message as it arrives, without the queue. */
interface Consumer<H> {
  readonly onMessage: (message: Message<H>) => void;
  /** Called with the exception of `onMessage`. */
  readonly onFailure: (error: unknown) => void;
}

/** The receiving end of a channel. Holds a bounded number of messages until they are taken, and validates each header when its message is taken. */
export class Inbox<H> {
  readonly #connection: Connection;
  readonly #schema: StandardSchemaV1<unknown, H> | undefined;
  readonly #queue: PullQueue<Incoming<H>>;
  #received = 0;
  /** The number of messages that wait to be taken. */
  #messages = 0;
  /** The size of the messages that wait to be taken, in bytes. */
  #bytes = 0;
  /** Whether the connection is paused because the inbox is full. */
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

  /** The messages that nobody has taken yet: their number, and their size in bytes. */
  get waiting(): Traffic {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Passes a message that has arrived to the callback of {@link forEach}, or queues it. */
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

  /** Ends the queue of messages. See {@link PullQueue.end}. */
  end(error?: IPCChannelError): void {
    this.#consumer = undefined;
    this.#queue.end(error);
  }

  /** Ends the queue, and drops the messages that nobody has taken. */
  discard(): void {
    this.end();
    for (const message of this.#queue.clear()) message[Symbol.dispose]();
    this.#messages = 0;
    this.#bytes = 0;
    this.#onEmpty?.();
  }

  /** Calls `callback` once, as soon as no message waits to be taken. */
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
    // With a schema, messages always pass through the queue, which keeps their order if the schema is asynchronous.
    while (this.#schema || this.#messages > 0) {
      const { done, value } = await messages.next();
      if (done) return;
      onMessage(value);
    }
    await new Promise<void>((resolve, reject) => {
      const isBusy = this.#queue.isAwaited;
      // This next() stays pending until the queue ends, so that other iterators get ERR_IPC_BUSY.
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
  return new IPCChannelError("ERR_IPC_INVALID_HEADER", `the header fails the schema: ${reason}`, options);
}
