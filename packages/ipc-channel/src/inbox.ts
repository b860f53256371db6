import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Connection } from "./connection.ts";
import type { Frame } from "./frame.ts";
import { IncomingMessage } from "./incoming-message.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import type { Message } from "./message.ts";
import { PullQueue } from "./pull-queue.ts";

/** With this much waiting to be taken the connection is not read any more; one message may lie above it. */
const inboxLimits = { messages: 1024, bytes: 4 * 1024 * 1024 };

/** The receiving end of a channel: holds what nobody has taken yet, within bounds, and checks headers as they are taken. */
export class Inbox<H> {
  readonly #connection: Connection;
  readonly #schema: StandardSchemaV1<unknown, H> | undefined;
  readonly #queue: PullQueue<Frame>;
  #bytes = 0;
  #onEmpty: (() => void) | undefined;

  constructor(connection: Connection, schema: StandardSchemaV1<unknown, H> | undefined) {
    this.#connection = connection;
    this.#schema = schema;
    this.#queue = new PullQueue((frame) => this.#onTake(frame));
  }

  push(frame: Frame): void {
    this.#bytes += frame.bytes;
    this.#queue.push(frame);
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
    this.#onEmpty?.();
  }

  /** Calls back once, when nothing is waiting. */
  onceEmpty(callback: () => void): void {
    if (this.#queue.size === 0) callback();
    else this.#onEmpty = callback;
  }

  iterate(options: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<Message<H>> {
    const frames = this.#queue.iterate(options);
    const messages: AsyncIterableIterator<Message<H>> = {
      next: () => frames.next().then((result) => this.#toMessage(result)),
      return: async () => {
        await frames.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => messages,
    };
    return messages;
  }

  get #isFull(): boolean {
    return this.#queue.size >= inboxLimits.messages || this.#bytes >= inboxLimits.bytes;
  }

  #onTake(frame: Frame): void {
    this.#bytes -= frame.bytes;
    if (this.#connection.isPaused && !this.#isFull) this.#connection.resume();
    if (this.#queue.size === 0) this.#onEmpty?.();
  }

  #toMessage(
    result: IteratorResult<Frame, undefined>,
  ): IteratorResult<Message<H>, undefined> | Promise<IteratorResult<Message<H>, undefined>> {
    if (result.done) return result;
    const frame = result.value;
    if (this.#schema) return this.#validate(this.#schema, frame);
    return { done: false, value: new IncomingMessage(frame.header as H, frame, this.#connection.pool) };
  }

  async #validate(
    schema: StandardSchemaV1<unknown, H>,
    frame: Frame,
  ): Promise<IteratorResult<Message<H>, undefined>> {
    const result = await check(schema, frame.header);
    if (!result.issues) {
      return { done: false, value: new IncomingMessage(result.value, frame, this.#connection.pool) };
    }
    const issues = result.issues.map((issue) => {
      const keys = issue.path?.map((segment) => String(typeof segment === "object" ? segment.key : segment));
      return keys?.length ? `${keys.join(".")}: ${issue.message}` : issue.message;
    });
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", `a header fails its schema: ${issues.join("; ")}`);
  }
}

/** A schema that throws is a header that does not pass. */
async function check<H>(
  schema: StandardSchemaV1<unknown, H>,
  header: unknown,
): Promise<StandardSchemaV1.Result<H>> {
  try {
    return await schema["~standard"].validate(header);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_INVALID_HEADER", "the schema threw on a header", { cause });
  }
}
