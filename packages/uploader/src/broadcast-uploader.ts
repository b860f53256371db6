import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { AudioSample } from "@broadcast-ipc/audio-codec";
import { BroadcastImageCodec, type EncodedImageSample, type ImageSample } from "@broadcast-ipc/image-codec";
import { type ChannelOptions, type CloseReason, IPCChannel } from "@broadcast-ipc/ipc-channel";
import {
  clockId,
  type Demand,
  parseReceiverMessage,
  type ReceiverMessage,
  type UploaderMessage,
  type UploadOutcome,
  VideoLane,
} from "@broadcast-ipc/protocol";
import { AudioSender } from "./audio-sender.ts";
import type { UploaderOptions } from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";

interface UploaderEvents {
  /** The receiver can be reached. */
  connect: [];
  /** The connection has ended, for this reason. */
  disconnect: [reason: CloseReason];
  /** The receiver wants something else than before. */
  demand: [demand: Demand];
  /** One sample, or one message of the receiver's, went wrong; everything else goes on. */
  failure: [error: unknown];
}

/**
 * Sends to one receiver the samples that are worth sending: always the newest picture, as fast as the receiver consumes
 * pictures, and the sound if it asked for it, in order. Nothing that it emits or returns has to be looked at for it to go on.
 */
export class BroadcastUploader extends EventEmitter<UploaderEvents> implements AsyncDisposable {
  readonly #channel: IPCChannel<unknown, UploaderMessage>;
  readonly #codec: BroadcastImageCodec;
  readonly #video: VideoLane<ImageSample | EncodedImageSample>;
  readonly #audio: AudioSender;
  #demand: Demand | undefined;
  #bytes = 0;

  private constructor(channel: IPCChannel<unknown, UploaderMessage>, options: UploaderOptions) {
    super();
    this.#channel = channel;
    this.#codec = options.codec ?? new BroadcastImageCodec();
    this.#video = new VideoLane((sample) => this.#release(sample));
    this.#audio = new AudioSender({
      maxBufferedMs: options.audio?.maxBufferedMs ?? 500,
      send: (metadata, data) => this.#send({ type: "audio", metadata }, data),
      onFailure: (error) => this.#emitLater("failure", error),
    });
    const { name } = options;
    const clock = clockId();
    channel.send({
      type: "hello",
      id: randomUUID(),
      ...(name !== undefined && { name }),
      ...(clock && { clock }),
    });
    channel.closed.then((reason) => this.#onClosed(reason));
    this.#emitLater("connect");
    this.#pump();
  }

  /** Connects to a receiver's path, see {@link IPCChannel.connect}: waits for as long as nobody listens there yet. */
  static async connect(
    path: string,
    options: UploaderOptions & ChannelOptions = {},
  ): Promise<BroadcastUploader> {
    const { schema: _, ...channelOptions } = options;
    return new BroadcastUploader(
      await IPCChannel.connect<unknown, UploaderMessage>(path, channelOptions),
      options,
    );
  }

  /** Uploads over an open channel, which belongs to the uploader from here on. */
  static over(channel: IPCChannel, options: UploaderOptions = {}): BroadcastUploader {
    return new BroadcastUploader(channel as IPCChannel<unknown, UploaderMessage>, options);
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
   * Takes ownership of the sample: its data must not be written to again. Its `[Symbol.dispose]`, if it has one, is called
   * once, when nothing needs the data any more; the newest picture is kept, for a receiver whose demand comes back.
   *
   * Settles once the sample is sent, replaced by a newer one, or known to go nowhere; never rejects. The next picture can
   * be uploaded at any time: the one that waits is always the newest.
   */
  upload(sample: ImageSample | EncodedImageSample | AudioSample): Promise<UploadOutcome> {
    return new Promise((settle) => {
      if (sample?.type === "audio") this.#audio.offer(sample, settle);
      else {
        this.#video.offer(sample, settle);
        this.#sendPictures();
      }
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
      for await (const { header } of this.#channel) {
        try {
          this.#receive(parseReceiverMessage(header));
        } catch (error) {
          this.#emitLater("failure", error);
        }
      }
    } catch (error) {
      this.#emitLater("failure", error);
    }
  }

  #receive(message: ReceiverMessage | undefined): void {
    if (message?.type === "demand") {
      const { video, audio } = message;
      this.#demand = { video, audio };
      this.#video.setDemand(video !== null);
      this.#audio.setDemand(audio !== null);
      this.#emitLater("demand", this.#demand);
    } else if (message?.type === "credit") {
      this.#video.credit(message.through);
    } else if (message?.type === "refresh") {
      this.#video.refresh();
    }
    this.#sendPictures();
  }

  /** Sends for as long as the lane says that it is time; {@link VideoLane.take} gives one turn at a time. */
  async #sendPictures(): Promise<void> {
    for (let turn = this.#video.take(); turn; turn = this.#video.take()) {
      let outcome: "sent" | "failed" | "closed" = "failed";
      try {
        const { metadata, data } = await this.#codec.encode(turn.sample);
        await this.#send({ type: "image", sequence: turn.sequence, metadata }, data);
        outcome = "sent";
      } catch (error) {
        if (this.isClosed) outcome = "closed";
        else this.#emitLater("failure", error);
      } finally {
        this.#video.finish(outcome);
      }
    }
  }

  async #send(message: UploaderMessage, data: Uint8Array): Promise<void> {
    await this.#channel.send(message, data);
    this.#bytes += data.length;
  }

  #onClosed(reason: CloseReason): void {
    this.#endLanes();
    this.#emitLater("disconnect", reason);
  }

  #endLanes(): void {
    this.#video.close();
    this.#audio.close();
  }

  #release(sample: ImageSample | EncodedImageSample): void {
    try {
      sample?.[Symbol.dispose]?.();
    } catch (error) {
      this.#emitLater("failure", error);
    }
  }

  /** A listener that throws must not tear what is under way here. */
  #emitLater<E extends keyof UploaderEvents>(event: E, ...args: UploaderEvents[E]): void {
    process.nextTick(() => (this as EventEmitter).emit(event, ...args));
  }
}
