import {
  type CloseReason,
  type IPCChannelError,
  type IPCChannelLike,
  isIPCChannelError,
  type PayloadStats,
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

/** The outcome of sending a sample over one connection. "closed" means that the connection has ended. */
export type SendOutcome = Extract<UploadOutcome, "sent" | "failed" | "closed">;

/** Handles the messages of the receiver and the end of a connection. */
export interface ConnectionHandler {
  /** Handles a message. May throw a ProtocolError, which is reported to both sides. */
  receive(message: ReceiverMessage, payload: Uint8Array | undefined): void;
  /** Called once, when nothing can be sent any more. Messages that arrived before may still be received afterwards. */
  disconnect(): void;
}

interface UploaderConnectionOptions {
  readonly hello: UploaderHello;
  readonly handler: ConnectionHandler;
  readonly failures: FailureReport;
}

/** One connection of an uploader to a receiver. Sends the hello first, and reads until the connection ends. */
export class UploaderConnection {
  /** Resolves when the connection has ended. Never rejects. */
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

  /** Whether the hello could not be sent. Without a hello, a receiver sends no demand. */
  get isMute(): boolean {
    return this.#helloError !== undefined;
  }

  /** Payload bytes of the samples that were sent. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How the channel's large payloads travel. */
  get payloads(): PayloadStats | undefined {
    return this.#channel.stats().payloads;
  }

  /** See {@link IPCChannel.allocate}. */
  allocate(bytes: number): Uint8Array<ArrayBuffer> & Disposable {
    return this.#channel.allocate(bytes);
  }

  /** The channel's `closeTimeout`, in ms, which limits the delivery after close(). */
  get closeTimeout(): number {
    return this.#channel.closeTimeout;
  }

  /** Sends a sample. Resolves when the sample was written or can no longer be sent. Never rejects. */
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

  /** Sends application messages and their credit. An error rejects the returned promise. */
  readonly transport: MessageTransport = (header, payload) =>
    this.#channel.send(header, payload).catch((error) => {
      if (isIPCChannelError(error, "ERR_IPC_CLOSED")) this.#end();
      else if (header.type === "message-credit") this.#options.failures.tell(error);
      throw error;
    });

  /** Closes the channel, see {@link IPCChannel.close}. Flushes for at most `timeout` ms. */
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

  /** Reads continuously, so that an idle consumer of messages does not block the other lanes. */
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
      // If the channel is closed, `closed` reports its error.
      if (!this.#channel.isClosed) failures.report(error);
    }
    this.#end();
    // If reading failed, demand and credit can no longer arrive.
    await this.#channel.close();
    const error = this.#helloError;
    return error ? { by: "us", code: "error", error } : this.#channel.closed;
  }

  /** Reports the end of the connection once: when a send fails with ERR_IPC_CLOSED, or when reading ends. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.handler.disconnect();
    this.#options.failures.disconnect();
  }
}
