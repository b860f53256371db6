import {
  type CloseReason,
  type IPCChannelError,
  type IPCChannelLike,
  isIPCChannelError,
} from "@broadcast-ipc/ipc-channel";
import {
  type AudioMessage,
  type FailureReport,
  type ImageMessage,
  type MessageTransport,
  parseReceiverMessage,
  type ReceiverMessage,
  type UploaderHello,
  type UploaderMessage,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";

/** The outcome of sending a sample over one connection; "closed" if the connection has ended. */
export type SendOutcome = Extract<UploadOutcome, "sent" | "failed" | "closed">;

/** Handles what the receiver of a connection sends. */
export interface ConnectionHandler {
  /** May throw a ProtocolError, which is reported to both sides. */
  receive(message: ReceiverMessage, payload: Uint8Array | undefined): void;
  /** Nothing can be sent any more. Called once. Messages that had arrived before may still be received. */
  disconnect(): void;
}

interface UploaderConnectionOptions {
  readonly hello: UploaderHello;
  readonly handler: ConnectionHandler;
  readonly failures: FailureReport;
}

/** One connection of an uploader to a receiver: sends the hello first, and reads until the connection ends. */
export class UploaderConnection {
  /** Resolves, never rejects, when the connection has ended. */
  readonly closed: Promise<CloseReason>;
  readonly #channel: IPCChannelLike<unknown, UploaderMessage>;
  readonly #options: UploaderConnectionOptions;
  #bytes = 0;
  #helloError: IPCChannelError | undefined;
  #isOver = false;

  constructor(channel: IPCChannelLike, options: UploaderConnectionOptions) {
    this.#channel = channel as IPCChannelLike<unknown, UploaderMessage>;
    this.#options = options;
    this.#sendHello();
    options.failures.connect((message) => this.#channel.send(message));
    this.closed = this.#read();
  }

  /** Whether the hello could not be sent. A receiver without a hello sends no demand. */
  get isMute(): boolean {
    return this.#helloError !== undefined;
  }

  /** Payload bytes of samples that were sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The channel's `closeTimeout`, in ms: how long delivery may take after close(). */
  get closeTimeout(): number {
    return this.#channel.closeTimeout;
  }

  /** Sends a sample. Settles when the sample has left or never will; never rejects. */
  async send(message: ImageMessage | AudioMessage, data: Uint8Array): Promise<SendOutcome> {
    const { byteLength } = data;
    try {
      await this.#channel.send(message, data);
      this.#bytes += byteLength;
      return "sent";
    } catch (error) {
      if (isIPCChannelError(error, "ERR_IPC_CLOSED")) {
        this.#end();
        return "closed";
      }
      this.#options.failures.tell(error, message.type === "audio" ? "audio" : "video");
      return "failed";
    }
  }

  /** Sends user messages, whose errors reject the user's promise, and their credit. */
  readonly transport: MessageTransport = (header, payload) =>
    this.#channel.send(header, payload).catch((error) => {
      if (isIPCChannelError(error, "ERR_IPC_CLOSED")) this.#end();
      else if (header.type === "message-credit") this.#options.failures.tell(error);
      throw error;
    });

  /** See {@link IPCChannel.close}; flushes for at most `timeout` ms. */
  close(timeout: number): Promise<void> {
    return this.#channel.close({ timeout });
  }

  async #sendHello(): Promise<void> {
    try {
      await this.#channel.send(this.#options.hello);
    } catch (error) {
      if (isIPCChannelError(error, "ERR_IPC_CLOSED")) return this.#end();
      this.#helloError = error as IPCChannelError;
      this.#options.failures.report(error);
      this.#channel.close();
    }
  }

  /** Reads all the time, so that an idle consumer of messages does not block the other lanes. */
  async #read(): Promise<CloseReason> {
    const { handler, failures } = this.#options;
    try {
      await this.#channel.forEach(({ header, payload }) => {
        try {
          const message = parseReceiverMessage(header);
          if (message) handler.receive(message, payload);
        } catch (error) {
          failures.tell(error);
        }
      });
    } catch (error) {
      // The reason of `closed` already says how a closed channel broke.
      if (!this.#channel.isClosed) failures.report(error);
    }
    this.#end();
    // After an error while reading, the receiver's demand and credit cannot be read any more.
    await this.#channel.close();
    const error = this.#helloError;
    return error ? { by: "us", code: "error", error } : this.#channel.closed;
  }

  /** Called at the first sign that nothing can be sent any more: a send that fails, or the end of reading. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.handler.disconnect();
    this.#options.failures.disconnect();
  }
}
