import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Traffic } from "./channel-stats.ts";
import type { Connection } from "./connection.ts";
import type { Frame } from "./frame.ts";
import { IncomingMessage } from "./incoming-message.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import type { Message } from "./message.ts";
import { PullQueue } from "./pull-queue.ts";
import { validate } from "./validate.ts";

/** With this much waiting to be taken the connection is not read any more; one message may lie above it. */
const inboxLimits = { messages: 1024, bytes: 4 * 1024 * 1024 };

/** The receiving end of a channel: holds what nobody has taken yet, within bounds, and checks headers as they are taken. */
export class Inbox<H> {
  readonly #connection: Connection;
  readonly #schema: StandardSchemaV1<unknown, H> | undefined;
  readonly #queue: PullQueue<IncomingMessage<H>>;
  #received = 0;
  #bytes = 0;
  #onEmpty: (() => void) | undefined;

  constructor(connection: Connection, schema: StandardSchemaV1<unknown, H> | undefined) {
    this.#connection = connection;
    this.#schema = schema;
    this.#queue = new PullQueue((message) => this.#onTake(message));
  }

  /** Messages that have come. */
  get received(): number {
    return this.#received;
  }

  /** What nobody has taken yet. */
  get waiting(): Traffic {
    return { messages: this.#queue.size, bytes: this.#bytes };
  }

  push(frame: Frame): void {
    this.#received++;
    this.#bytes += frame.bytes;
    this.#queue.push(new IncomingMessage(frame, this.#connection.pool));
    if (this.#isFull && !this.#connection.isPaused) this.#connection.pause();
  }

  /** Nothing follows; see {@link PullQueue.end}. */
  end(error?: IPCChannelError): void {
    this.#queue.end(error);
  }

  /** Ends it, and drops what is waiting. */
  discard(): void {
    this.#queue.end();
    this.#queue.clear();
    this.#bytes = 0;
    this.#onEmpty?.();
  }

  /** Calls back once, when nothing is waiting. */
  onceEmpty(callback: () => void): void {
    if (this.#queue.size === 0) callback();
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
          const message = result.value;
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

  get #isFull(): boolean {
    return this.#queue.size >= inboxLimits.messages || this.#bytes >= inboxLimits.bytes;
  }

  #onTake(message: IncomingMessage<H>): void {
    this.#bytes -= message.bytes;
    if (this.#connection.isPaused && !this.#isFull) this.#connection.resume();
    if (this.#queue.size === 0) this.#onEmpty?.();
  }
}

function refuseHeader(reason: string, cause?: unknown): IPCChannelError {
  const options = cause === undefined ? undefined : { cause };
  return new IPCChannelError("ERR_IPC_INVALID_HEADER", `a header fails its schema: ${reason}`, options);
}
