import { type IPCChannelLike, isIPCChannelError, type Message } from "@broadcast-ipc/ipc-channel";
import {
  type Demand,
  FailureReport,
  type MessageTransport,
  parseUploaderMessage,
  type ReceiverMessage,
  type UploaderHello,
} from "@broadcast-ipc/protocol";
import { AudioReceiver } from "./audio-receiver.ts";
import { Mailbox } from "./mailbox.ts";
import { MissingEngines } from "./missing-engines.ts";
import type { ReceiverSettings } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { AudioFormat, Sample } from "./sample.ts";
import { SampleReader, type SamplesOptions } from "./sample-reader.ts";
import { VideoReceiver } from "./video-receiver.ts";

interface ReceiveSessionOptions extends ReceiverSettings {
  /** The uploader's hello, if it was read before the session started. */
  readonly uploader: UploaderHello | undefined;
  readonly onEvent: (event: "start" | "stall" | "resume") => void;
  /** Called before the consumer gets audio of this format. */
  readonly onFormat: (format: AudioFormat) => void;
  /** Emits "failure". Returns `false` if the event has no listener. */
  readonly onFailure: (error: Error) => boolean;
}

/** One connection to an uploader: sends the demand, reads the channel continuously, and passes each message to its lane. */
export class ReceiveSession {
  readonly mailbox: Mailbox;
  readonly #channel: IPCChannelLike<unknown, ReceiverMessage>;
  readonly #failures: FailureReport;
  readonly #reader = new SampleReader();
  readonly #video: VideoReceiver;
  readonly #audio: AudioReceiver;
  readonly #engines = new MissingEngines();
  #demand: Demand;
  #uploader: UploaderHello | undefined;
  #bytes = 0;

  constructor(channel: IPCChannelLike<unknown, ReceiverMessage>, options: ReceiveSessionOptions) {
    const { onFormat, onFailure } = options;
    const reader = this.#reader;
    this.#channel = channel;
    this.#demand = options.demand;
    this.#failures = new FailureReport({
      side: "receiver",
      emit: onFailure,
      uploader: () => this.#uploader,
    });
    this.#failures.connect((message) => channel.send(message));
    this.mailbox = new Mailbox(options.messageSchemas, (error) => this.#failures.tell(error));
    this.#audio = new AudioReceiver({ reader, onFormat });
    this.#video = new VideoReceiver({
      ...options,
      reader,
      onFailure: (error) => this.#failures.tell(error, "video"),
      onUndecodable: (metadata, error) => this.#onUndecodable(metadata, error),
      send: this.#send,
    });
    if (options.uploader) this.#greet(options.uploader);
    this.setDemand(this.#demand);
    this.mailbox.connect(this.#transport);
    this.#pump();
  }

  /** The uploader's hello; `undefined` until it has arrived. */
  get uploader(): UploaderHello | undefined {
    return this.#uploader;
  }

  get demand(): Demand {
    return this.#demand;
  }

  get stats(): ReceiverStats {
    const { payloads } = this.#channel.stats();
    const messages = { pending: this.mailbox.pending };
    return { ...this.#video.stats, audio: this.#audio.counts, messages, bytes: this.#bytes, payloads };
  }

  samples(options: SamplesOptions): AsyncIterableIterator<Sample> {
    return this.#reader.samples(options, { audio: this.#audio, video: this.#video });
  }

  /** Replaces the demand. The caller has checked it. */
  setDemand(demand: Demand): void {
    this.#demand = demand;
    this.#failures.renew();
    this.#send({ type: "demand", ...this.#engines.without(demand) });
    this.#video.setDemand(demand.video);
    this.#audio.setDemand(demand.audio !== null);
  }

  /** Requests the newest frame, even if it was sent before. */
  refresh(): void {
    this.#send({ type: "refresh" });
  }

  /** Reports which frames are consumed and closes the channel. Waiting samples and unread messages are dropped. */
  async close(): Promise<void> {
    // Reports before the goodbye, and before the reader drops frames, because dropped frames must not count as consumed.
    this.#video.reportConsumed();
    const closed = this.#channel.close();
    this.#reader.close();
    this.mailbox.close();
    this.#video.close();
    this.#audio.setDemand(false);
    await closed;
  }

  /** Reads the channel continuously, so that an idle consumer of one lane does not block another lane. Never rejects. */
  async #pump(): Promise<void> {
    let reason: unknown;
    try {
      await this.#channel.forEach(this.#receive);
    } catch (error) {
      reason = error;
    }
    // If reading failed, the receiver cannot continue. Otherwise the channel has already ended.
    this.#channel.close();
    this.mailbox.end(reason);
    await this.#video.end();
    this.#reader.end(reason);
  }

  /** Passes a message to its lane. An invalid message is reported and dropped. */
  readonly #receive = (message: Message<unknown>): void => {
    const { header, payload } = message;
    try {
      const content = parseUploaderMessage(header);
      switch (content?.type) {
        case "hello":
          this.#greet(content);
          break;
        case "image":
          this.#bytes += payload?.length ?? 0;
          this.#video.receive(content, message);
          break;
        case "audio":
          this.#bytes += payload?.length ?? 0;
          this.#receiveAudio(content.metadata, payload);
          break;
        case "message":
          this.mailbox.exchange.receive(content, payload);
          break;
        case "message-credit":
          this.mailbox.exchange.credit(content);
          break;
        case "failure":
          this.#failures.hear(content);
      }
    } catch (error) {
      this.#failures.tell(error);
    }
  };

  #greet(uploader: UploaderHello): void {
    this.#uploader = uploader;
    this.#video.setClock(uploader.clock);
  }

  #receiveAudio(metadata: unknown, payload: Uint8Array | undefined): void {
    try {
      this.#audio.receive(metadata, payload);
    } catch (error) {
      this.#failures.tell(error, "audio");
    }
  }

  /** If an engine is missing, sends the demand again without the encodings that need it. */
  #onUndecodable(metadata: unknown, error: unknown): boolean {
    const isNew = this.#engines.note(metadata, error);
    if (isNew) this.setDemand(this.#demand);
    return isNew;
  }

  /** Sends a protocol message. Never rejects. */
  readonly #send = (message: ReceiverMessage): Promise<void> =>
    this.#channel.send(message).catch((error) => this.#onUnsent(error));

  /** Sends application messages and credit for the uploader's messages. An error rejects the returned promise. */
  readonly #transport: MessageTransport = (header, payload) =>
    this.#channel.send(header, payload).catch((error) => {
      if (header.type === "message-credit") this.#onUnsent(error);
      throw error;
    });

  /**
   * Reports a message that cannot be sent, for example because it exceeds a size limit. Ignores ERR_IPC_CLOSED, because
   * `closed` reports the end of the connection.
   */
  #onUnsent(error: unknown): void {
    if (!isIPCChannelError(error, "ERR_IPC_CLOSED")) this.#failures.tell(error);
  }
}
