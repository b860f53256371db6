import { IPCChannelError } from "@broadcast-ipc/ipc-channel";
import type { FailureReport, MessageTransport, ReceiverMessage } from "@broadcast-ipc/protocol";

/** Sends a message over the connection; settles when it has left. */
type Send = (message: ReceiverMessage, payload?: Uint8Array) => Promise<void>;

/** Sends messages to the uploader. A protocol message that cannot be sent, for example over a size limit, is reported. */
export class Uplink {
  readonly #send: Send;
  readonly #failures: FailureReport;

  constructor(send: Send, failures: FailureReport) {
    this.#send = send;
    this.#failures = failures;
    failures.connect(send);
  }

  /** Sends a message of the protocol; never rejects. */
  readonly send = async (message: ReceiverMessage): Promise<void> => {
    try {
      await this.#send(message);
    } catch (error) {
      this.#onUnsent(error);
    }
  };

  /** Sends user messages, whose errors reject the user's promise, and their credit. */
  readonly transport: MessageTransport = async (header, payload) => {
    try {
      await this.#send(header, payload);
    } catch (error) {
      if (header.type === "message-credit") this.#onUnsent(error);
      throw error;
    }
  };

  /** The end of the connection is not reported here: `closed` and "disconnect" report it. */
  #onUnsent(error: unknown): void {
    const isOver = error instanceof IPCChannelError && error.code === "ERR_IPC_CLOSED";
    if (!isOver) this.#failures.tell(error);
  }
}
