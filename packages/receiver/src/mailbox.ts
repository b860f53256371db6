import { IPCChannelError, PullQueue, settleInTurn, validate } from "@broadcast-ipc/ipc-channel";
import {
  MessageExchange,
  type MessageSchemas,
  type MessageTransport,
  type ReceivedMessage,
} from "@broadcast-ipc/protocol";

/** The application messages of one connection, in both directions. */
export class Mailbox {
  readonly exchange: MessageExchange;
  readonly #received: PullQueue<ReceivedMessage>;

  /** With `schemas`, incoming messages are checked. Those that fail are reported to `onFailure` and dropped. */
  constructor(schemas: MessageSchemas | undefined, onFailure: (error: unknown) => void) {
    this.exchange = new MessageExchange((message) => this.#received.push(message), {
      settle: settleInTurn,
      checks: schemas && { schemas, validate, onFailure },
    });
    this.#received = new PullQueue(this.exchange.take);
  }

  /** The number of messages that arrived and were not taken. */
  get pending(): number {
    return this.#received.size + this.exchange.checking;
  }

  /** Sends the waiting messages and grants the uploader credit for its own. */
  connect(transport: MessageTransport): void {
    this.exchange.connect(transport);
  }

  /** An iterator over the incoming messages, see {@link PullQueue.iterate}. Done after the end of the connection. */
  messages(options: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<ReceivedMessage> {
    return this.#received.iterate(options);
  }

  /** The connection has ended. Messages that arrived can still be taken; those that wait to be sent reject. */
  end(cause: unknown): void {
    this.exchange.close(new IPCChannelError("ERR_IPC_CLOSED", "the connection has ended", { cause }));
    this.exchange.afterChecks(() => this.#received.end());
  }

  /** Ends as {@link end} does, and drops the messages that were not taken. */
  close(): void {
    this.end(undefined);
    this.#received.end();
    this.#received.clear();
  }
}
