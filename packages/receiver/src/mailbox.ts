import { ClaimedQueue, IPCChannelError, settleInTurn, validate } from "@broadcast-ipc/ipc-channel";
import {
  MessageExchange,
  type MessageSchemas,
  type MessagesOptions,
  type MessageTransport,
  type ReceivedMessage,
} from "@broadcast-ipc/protocol";

/** The application messages of one connection, in both directions. */
export class Mailbox {
  readonly exchange: MessageExchange;
  readonly #received: ClaimedQueue<ReceivedMessage>;

  /** With `schemas`, incoming messages are checked. Invalid messages are reported to `onFailure` and dropped. */
  constructor(schemas: MessageSchemas | undefined, onFailure: (error: unknown) => void) {
    this.exchange = new MessageExchange((message) => this.#received.push(message), {
      settle: settleInTurn,
      checks: schemas && {
        schemas,
        validate,
        onFailure,
        isClaimed: (type) => this.#received.isClaimed(type),
      },
    });
    this.#received = new ClaimedQueue(this.exchange.take);
  }

  /** Number of incoming messages that the consumer has not read. */
  get pending(): number {
    return this.#received.size + this.exchange.checking;
  }

  /** Sends waiting messages over the connection, and grants credit to the uploader. */
  connect(transport: MessageTransport): void {
    this.exchange.connect(transport);
  }

  /**
   * Iterates over the incoming messages, see {@link ClaimedQueue.iterate}. The iterator is done after the end of the
   * connection.
   */
  messages(options: MessagesOptions): AsyncIterableIterator<ReceivedMessage> {
    return this.#received.iterate(options);
  }

  /** Handles the end of the connection. Messages that arrived can still be read. Pending sends reject. */
  end(cause: unknown): void {
    this.exchange.close(new IPCChannelError("ERR_IPC_CLOSED", "the connection has ended", { cause }));
    this.exchange.afterChecks(() => this.#received.end());
  }

  /** Ends the mailbox like {@link end} and drops unread messages. */
  close(): void {
    this.end(undefined);
    this.#received.end();
    this.#received.clear();
  }
}
