import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import type { EncodedImageSample, ImageSample } from "@broadcast-ipc/image-codec";
import {
  type ChannelOptions,
  type CloseReason,
  IPCChannel,
  IPCChannelError,
} from "@broadcast-ipc/ipc-channel";
import {
  clockId,
  type Demand,
  parseReceiverMessage,
  type UploaderMessage,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import { AudioSender } from "./audio-sender.ts";
import type { SendOutcome } from "./send-outcome.ts";
import type { UploaderEvents } from "./uploader-events.ts";
import { type UploaderOptions, type UploaderSettings, uploaderSettings } from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";
import { VideoSender } from "./video-sender.ts";

type Sample = ImageSample | EncodedImageSample | AudioSample;

/**
 * Sends to one receiver the samples that are worth sending: always the newest picture, as fast as the receiver consumes
 * pictures, and the sound if it asked for it, in order. Nothing that it emits or returns has to be looked at for it to go on.
 */
export class BroadcastUploader extends EventEmitter<UploaderEvents> implements AsyncDisposable {
  readonly #channel: IPCChannel<unknown, UploaderMessage>;
  readonly #video: VideoSender;
  readonly #audio: AudioSender;
  #demand: Demand | undefined;
  #bytes = 0;

  private constructor(channel: IPCChannel<unknown, UploaderMessage>, settings: UploaderSettings) {
    super();
    this.#channel = channel;
    const { codec, name, maxBufferedMs } = settings;
    const release = (sample: Sample) => this.#release(sample);
    const onFailure = (error: unknown) => this.#emitLater("failure", error);
    const send = (message: UploaderMessage, data: Uint8Array) => this.#send(message, data);
    this.#audio = new AudioSender({ maxBufferedMs, send, release, onFailure });
    this.#video = new VideoSender({
      codec,
      release,
      onFailure,
      send: (message, data) => {
        this.#audio.flush();
        return send(message, data);
      },
    });
    const clock = clockId();
    channel.send({
      type: "hello",
      id: randomUUID(),
      ...(name !== undefined && { name }),
      ...(clock !== undefined && { clock }),
    });
    channel.closed.then((reason) => this.#onClosed(reason));
    this.#emitLater("connect");
    this.#pump();
  }

  /**
   * Connects to a receiver's path, see {@link IPCChannel.connect}: waits for as long as nobody listens there yet.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async connect(
    path: string,
    options: UploaderOptions & ChannelOptions = {},
  ): Promise<BroadcastUploader> {
    const settings = uploaderSettings(options);
    const { schema: _, ...channelOptions } = options;
    return new BroadcastUploader(
      await IPCChannel.connect<unknown, UploaderMessage>(path, channelOptions),
      settings,
    );
  }

  /**
   * Uploads over an open channel without a schema, which belongs to the uploader from here on.
   * Throws a RangeError that names the option that is wrong.
   */
  static over(channel: IPCChannel, options: UploaderOptions = {}): BroadcastUploader {
    return new BroadcastUploader(channel as IPCChannel<unknown, UploaderMessage>, uploaderSettings(options));
  }

  /** What the receiver wants; `undefined` until it has said so. */
  get demand(): Demand | undefined {
    return this.#demand;
  }

  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  /** Resolves, never rejects, when the connection has ended. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed;
  }

  /**
   * Takes ownership of the sample: its data must not be written to again, nor the sample uploaded again. Its
   * `[Symbol.dispose]`, if it has one, is called once, when nothing needs the data any more; the newest picture is kept,
   * for a receiver whose demand comes back.
   *
   * Settles once the sample is sent, replaced by a newer one, or known to go nowhere; never rejects. The next picture can
   * be uploaded at any time: the one that waits is always the newest.
   */
  upload(sample: Sample): Promise<UploadOutcome> {
    return new Promise((settle) => {
      if (isSound(sample)) this.#audio.offer(sample, settle);
      else this.#video.offer(sample, settle);
    });
  }

  stats(): UploaderStats {
    return { video: this.#video.counts, audio: this.#audio.counts, bytes: this.#bytes };
  }

  /** Ends the connection, see {@link IPCChannel.close}; samples that are not sent by then settle "closed". */
  async close(): Promise<void> {
    this.#endLanes();
    await this.#channel.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Always reading, so that no idle consumer of one lane holds up another one. */
  async #pump(): Promise<void> {
    try {
      for await (const { header } of this.#channel) this.#receive(header);
    } catch (error) {
      // How a channel broke is in the reason that it closed for.
      if (!this.isClosed) this.#emitLater("failure", error);
    }
    // An uploader that cannot hear what is wanted is of no use to anybody.
    await this.#channel.close();
  }

  #receive(header: unknown): void {
    try {
      const message = parseReceiverMessage(header);
      if (message?.type === "demand") this.#setDemand({ video: message.video, audio: message.audio });
      else if (message?.type === "credit") this.#video.credit(message.through);
      else if (message?.type === "refresh") this.#video.refresh();
    } catch (error) {
      this.#emitLater("failure", error);
    }
  }

  #setDemand(demand: Demand): void {
    this.#demand = demand;
    this.#audio.setDemand(demand.audio !== null);
    this.#video.setDemand(demand.video !== null);
    this.#emitLater("demand", demand);
  }

  async #send(message: UploaderMessage, data: Uint8Array): Promise<SendOutcome> {
    try {
      const bytes = data.byteLength;
      await this.#channel.send(message, data);
      this.#bytes += bytes;
      return "sent";
    } catch (error) {
      if (isEndOfChannel(error)) return "closed";
      this.#emitLater("failure", error);
      return "failed";
    }
  }

  #onClosed(reason: CloseReason): void {
    this.#endLanes();
    this.#emitLater("disconnect", reason);
  }

  #endLanes(): void {
    this.#video.close();
    this.#audio.close();
  }

  #release(sample: Sample): void {
    try {
      (sample as Partial<Disposable> | undefined)?.[Symbol.dispose]?.();
    } catch (error) {
      this.#emitLater("failure", error);
    }
  }

  /** A listener that throws must not tear what is under way here. */
  #emitLater<E extends keyof UploaderEvents>(event: E, ...args: UploaderEvents[E]): void {
    process.nextTick(() => (this as EventEmitter).emit(event, ...args));
  }
}

/** Whatever is uploaded, asking for its type must not throw. */
function isSound(sample: Sample): sample is AudioSample {
  try {
    return sample.type === "audio";
  } catch {
    return false;
  }
}

function isEndOfChannel(error: unknown): boolean {
  return error instanceof IPCChannelError && error.code === "ERR_IPC_CLOSED";
}
