import { IPCChannelError } from "@broadcast-ipc/ipc-channel";
import type { FailureReport, MessageTransport, ReceiverMessage } from "@broadcast-ipc/protocol";

/** Gives a message to the connection; settles when it has left. */
type Send = (message: ReceiverMessage, payload?: Uint8Array) => Promise<void>;

/** The way to the uploader. A message of the receiver's own that cannot leave, over a limit for one, is reported. */
export class Uplink {
  readonly #send: Send;
  readonly #failures: FailureReport;

  constructor(send: Send, failures: FailureReport) {
    this.#send = send;
    this.#failures = failures;
    failures.connect(send);
  }

  /** Sends what the receiver says by itself; never rejects. */
  readonly send = async (message: ReceiverMessage): Promise<void> => {
    try {
      await this.#send(message);
    } catch (error) {
      this.#onUnsent(error);
    }
  };

  /** Sends messages of the user's, who is told by the promise, and the credit for those. */
  readonly transport: MessageTransport = async (header, payload) => {
    try {
      await this.#send(header, payload);
    } catch (error) {
      if (header.type === "message-credit") this.#onUnsent(error);
      throw error;
    }
  };

  /** That the connection is over is no failure: its owner is told otherwise. */
  #onUnsent(error: unknown): void {
    const isOver = error instanceof IPCChannelError && error.code === "ERR_IPC_CLOSED";
    if (!isOver) this.#failures.tell(error);
  }
}
