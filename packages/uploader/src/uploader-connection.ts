import { type CloseReason, type IPCChannel, IPCChannelError } from "@broadcast-ipc/ipc-channel";
import {
  type FailureReport,
  type MessageTransport,
  parseReceiverMessage,
  type ReceiverMessage,
  type UploaderHello,
  type UploaderMessage,
} from "@broadcast-ipc/protocol";
import type { SendOutcome } from "./send-outcome.ts";

interface UploaderConnectionOptions {
  readonly hello: UploaderHello;
  readonly onMessage: (message: ReceiverMessage, payload: Uint8Array | undefined) => void;
  readonly failures: FailureReport;
  /** Called at the first sign that nothing can be sent any more, which comes before `closed`; and perhaps again. */
  readonly onEnd: () => void;
}

/** One connection of an uploader to a receiver: says hello, and hears what the receiver says until it ends. */
export class UploaderConnection {
  readonly #channel: IPCChannel<unknown, UploaderMessage>;
  readonly #options: UploaderConnectionOptions;
  #bytes = 0;
  #helloError: IPCChannelError | undefined;

  constructor(channel: IPCChannel, options: UploaderConnectionOptions) {
    this.#channel = channel as IPCChannel<unknown, UploaderMessage>;
    this.#options = options;
    this.#sayHello();
    options.failures.connect((message) => this.#channel.send(message));
    this.#pump();
  }

  /** Resolves, never rejects, when the connection has ended. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed.then((reason) => {
      const error = this.#helloError;
      return error ? { by: "us", code: "error", error } : reason;
    });
  }

  /** Whether the hello could not be sent. A receiver without a hello sends no demand. */
  get isMute(): boolean {
    return this.#helloError !== undefined;
  }

  /** Bytes of pictures and sound that were sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Sends a picture or a stretch of sound; never rejects. */
  readonly send = async (message: UploaderMessage, data: Uint8Array): Promise<SendOutcome> => {
    const { byteLength } = data;
    try {
      await this.#channel.send(message, data);
      this.#bytes += byteLength;
      return "sent";
    } catch (error) {
      if (this.#isOver(error)) return "closed";
      this.#options.failures.tell(error, message.type === "audio" ? "audio" : "video");
      return "failed";
    }
  };

  /** Sends user messages, whose errors reject the user's promise, and their credit. */
  readonly transport: MessageTransport = async (header, payload) => {
    try {
      await this.#channel.send(header, payload);
    } catch (error) {
      if (!this.#isOver(error) && header.type === "message-credit") this.#options.failures.tell(error);
      throw error;
    }
  };

  /** The channel's `closeTimeout`, in ms: how long delivery may take after close(). */
  get closeTimeout(): number {
    return this.#channel.closeTimeout;
  }

  /** See {@link IPCChannel.close}; flushes for at most `timeout` ms. */
  close(timeout: number): Promise<void> {
    return this.#channel.close({ timeout });
  }

  async #sayHello(): Promise<void> {
    try {
      await this.#channel.send(this.#options.hello);
    } catch (error) {
      if (this.#isOver(error)) return;
      this.#helloError = error as IPCChannelError;
      this.#options.failures.report(error);
      this.#channel.close();
    }
  }

  /** Always reading, so that no idle consumer of one lane holds up another one. */
  async #pump(): Promise<void> {
    try {
      for await (const { header, payload } of this.#channel) this.#receive(header, payload);
    } catch (error) {
      // How a channel broke is in the reason that it closed for.
      if (!this.#channel.isClosed) this.#options.failures.report(error);
    }
    this.#options.onEnd();
    this.#options.failures.disconnect();
    // A receiver that cannot be heard is of no use to anybody.
    await this.#channel.close();
  }

  /** Whether the error says that the connection is over, which its owner is told then. */
  #isOver(error: unknown): boolean {
    if (!(error instanceof IPCChannelError && error.code === "ERR_IPC_CLOSED")) return false;
    this.#options.onEnd();
    return true;
  }

  #receive(header: unknown, payload: Uint8Array | undefined): void {
    try {
      const message = parseReceiverMessage(header);
      if (message) this.#options.onMessage(message, payload);
    } catch (error) {
      this.#options.failures.tell(error);
    }
  }
}
