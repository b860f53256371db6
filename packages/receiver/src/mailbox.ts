import { IPCChannelError, PullQueue, settleInTurn, validate } from "@broadcast-ipc/ipc-channel";
import {
  MessageExchange,
  type MessageSchemas,
  type MessageTransport,
  type ReceivedMessage,
} from "@broadcast-ipc/protocol";

/** The messages of the user's own over one connection: those to send, and those that nobody has taken yet. */
export class Mailbox {
  readonly exchange: MessageExchange;
  readonly #received = new PullQueue<ReceivedMessage>((message) => this.exchange.take(message));

  /** With `schemas`, messages that fail them are reported to `onFailure` and dropped. */
  constructor(schemas: MessageSchemas | undefined, onFailure: (error: unknown) => void) {
    this.exchange = new MessageExchange((message) => this.#received.push(message), {
      settle: settleInTurn,
      checks: schemas && { schemas, validate, onFailure },
    });
  }

  /** Messages that came and nobody has taken. */
  get pending(): number {
    return this.#received.size + this.exchange.checking;
  }

  /** Sends what waits, and allows the other side to send. */
  connect(transport: MessageTransport): void {
    this.exchange.connect(transport);
  }

  /** See {@link PullQueue.iterate}; done after the end of the connection. */
  messages(options: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<ReceivedMessage> {
    return this.#received.iterate(options);
  }

  /** The connection has ended; what came can still be taken. */
  end(cause: unknown): void {
    this.exchange.close(new IPCChannelError("ERR_IPC_CLOSED", "the connection has ended", { cause }));
    this.exchange.afterChecks(() => this.#received.end());
  }

  /** Ends it, and drops what nobody has taken. */
  close(): void {
    this.end(undefined);
    this.#received.end();
    this.#received.clear();
  }
}
