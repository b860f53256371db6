import { EventEmitter } from "node:events";
import {
  type CloseReason,
  IPCChannel,
  type IPCChannelLike,
  type TransportListenOptions,
  transportListenOptionNames,
} from "@broadcast-ipc/ipc-channel";
import type {
  MessageArguments,
  MessageSchemas,
  MessagesOptions,
  ReceivedMessage,
  ReceiverMessage,
  UploaderHello,
} from "@broadcast-ipc/protocol";
import { changeDemand, type DemandChange } from "./check-demand.ts";
import { ReceiveSession } from "./receive-session.ts";
import { receiverChannelSettings } from "./receiver-channel-settings.ts";
import type { ReceiverEvents } from "./receiver-events.ts";
import { type ReceiverOptions, type ReceiverSettings, receiverSettings } from "./receiver-options.ts";
import { ReceiverServer } from "./receiver-server.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { Sample, SampleOf } from "./sample.ts";
import type { SamplesOptions } from "./sample-reader.ts";

/** The server that {@link BroadcastReceiver.listen} opens: a {@link ReceiverServer} of receivers. */
export type BroadcastServer<
  Schemas extends MessageSchemas = MessageSchemas,
  Decode extends boolean = boolean,
> = ReceiverServer<BroadcastReceiver<Schemas, Decode>>;

/**
 * Receives the samples of one uploader: always the newest video frame, and audio in order.
 *
 * A frame is consumed when it is disposed, or when the next sample is requested. Until then, at most one more frame is in
 * flight. Meanwhile the uploader replaces its waiting frame with newer ones, so a slow consumer gets fewer frames, not
 * older ones.
 *
 * `Schemas` is inferred from the option `messageSchemas`, and `Decode` from the option `decode`.
 * @example
 * const receiver = await BroadcastReceiver.accept(socketPath("screen"));
 * receiver.on("failure", console.error);
 * for await (using frame of receiver.samples({ type: "image" })) draw(frame.format, frame.data);
 */
export class BroadcastReceiver<
    Schemas extends MessageSchemas = MessageSchemas,
    Decode extends boolean = boolean,
  >
  extends EventEmitter<ReceiverEvents>
  implements AsyncIterable<Sample<Decode>>, AsyncDisposable
{
  readonly #channel: IPCChannelLike<unknown, ReceiverMessage>;
  readonly #session: ReceiveSession;

  private constructor(
    channel: IPCChannelLike<unknown, ReceiverMessage>,
    settings: ReceiverSettings,
    uploader?: UploaderHello,
  ) {
    super();
    this.#channel = channel;
    this.#session = new ReceiveSession(channel, {
      ...settings,
      uploader,
      onEvent: (event) => process.nextTick(() => this.emit(event)),
      onFormat: (format) => this.emit("format", format),
      onFailure: (error) => this.emit("failure", error),
    });
    channel.closed.then((reason) => process.nextTick(() => this.emit("disconnect", reason)));
  }

  /**
   * Listens at `path` for one uploader, see {@link IPCChannel.accept}. Rejects like that method, or with a RangeError
   * that names an invalid option.
   * @example
   * const receiver = await BroadcastReceiver.accept(socketPath("screen"), { format: "RGBA" });
   */
  static async accept<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    path: string,
    options: ReceiverOptions<Schemas, Decode> & TransportListenOptions = {},
  ): Promise<BroadcastReceiver<Schemas, Decode>> {
    const settings = receiverSettings(options, transportListenOptionNames);
    const channel = await IPCChannel.accept(path, receiverChannelSettings(path, options));
    return new BroadcastReceiver(channel, settings);
  }

  /**
   * Listens at `path` for any number of uploaders, see `IPCServer.listen`. The options apply to each uploader. An
   * uploader that sends no hello within `handshakeTimeout` is refused, and `onRefused` is called. Rejects like
   * {@link accept}.
   * @example
   * const server = await BroadcastReceiver.listen(socketPath("cameras"));
   * for await (const receiver of server) record(receiver.name, receiver);
   */
  static async listen<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    path: string,
    options: ReceiverOptions<Schemas, Decode> & TransportListenOptions = {},
  ): Promise<BroadcastServer<Schemas, Decode>> {
    const settings = receiverSettings(options, transportListenOptionNames);
    return ReceiverServer.listen(path, {
      settings: receiverChannelSettings(path, options),
      open: ({ channel, uploader }) => new BroadcastReceiver<Schemas, Decode>(channel, settings, uploader),
    });
  }

  /** Creates a receiver over an open channel without a schema. The receiver owns the channel. Throws a RangeError that names an invalid option. */
  static over<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    channel: IPCChannelLike,
    options: ReceiverOptions<Schemas, Decode> = {},
  ): BroadcastReceiver<Schemas, Decode> {
    return new BroadcastReceiver(channel, receiverSettings(options));
  }

  /** The uploader's name; `undefined` until its hello, or if it has no name. */
  get name(): string | undefined {
    return this.#session.uploader?.name;
  }

  /** Identifies the uploader, even after it reconnects; `undefined` until its hello. */
  get id(): string | undefined {
    return this.#session.uploader?.id;
  }

  /** Whether the connection has ended. */
  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  /** Resolves when the connection has ended. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed;
  }

  /**
   * Iterates over the samples. With `type`, iterates over samples of one type, and samples of the other type wait in
   * their lane, within its bounds. A loop over images and a loop over audio can run at once. Waiting audio precedes
   * video. Leaving the loop keeps the connection open.
   *
   * `next()` rejects with `signal.reason` on abort, with ERR_IPC_BUSY while another iterator's `next()` is pending for
   * the same samples, and once with the channel's error if the channel failed. The iterator is done after the connection
   * has ended.
   * @example
   * for await (using image of receiver.samples({ type: "image", signal: AbortSignal.timeout(5000) })) draw(image);
   */
  samples<Type extends Sample["type"] = Sample["type"]>(
    options: SamplesOptions<Type> = {},
  ): AsyncIterableIterator<SampleOf<Type, Decode>> {
    return this.#session.samples(options) as AsyncIterableIterator<SampleOf<Type, Decode>>;
  }

  /** Same as {@link samples} without options. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Sample<Decode>> {
    return this.samples();
  }

  /**
   * Changes the demand. `video` and `audio` are each replaced as a whole; an absent or `undefined` field stays unchanged.
   * When video is turned on again, the newest frame arrives first. Throws a RangeError that names an invalid field and
   * changes nothing. If the uploader cannot meet the demand, "failure" is emitted.
   * @example
   * receiver.setDemand({ video: { maxFps: 5 } }); // Audio stays unchanged.
   */
  setDemand(demand: DemandChange): void {
    this.#session.setDemand(changeDemand(this.#session.demand, demand));
  }

  /** Turns audio on: `setDemand({ audio: {} })`. */
  enableAudio(): void {
    this.setDemand({ audio: {} });
  }

  /** Turns audio off: `setDemand({ audio: null })`. */
  disableAudio(): void {
    this.setDemand({ audio: null });
  }

  /** Requests the newest frame, even if it was sent before. */
  refresh(): void {
    this.#session.refresh();
  }

  /**
   * Sends an application message to the uploader, in order. Waits while the uploader grants no credit. Resolves when the
   * message was written; do not change `data` or the payload until then. Rejects with ERR_IPC_CLOSED if the connection
   * ends first, with the errors of {@link IPCChannel.send}, or with a TypeError. Never causes an unhandledRejection.
   * @example
   * await receiver.send("click", { x: 10, y: 20 });
   */
  send(...[type, data, payload]: MessageArguments<Schemas>): Promise<void> {
    return this.#session.mailbox.exchange.send(type, data, payload);
  }

  /**
   * Iterates over the uploader's application messages, in order. With `types`, iterates over messages of these types only
   * and claims them, see {@link MessagesOptions.types}. A payload belongs to the caller. Unread messages delay only the
   * uploader's `send`. With `messageSchemas`, the data has been checked. Leaving the loop keeps unread messages queued.
   * `next()` rejects like that of {@link samples}, but is done without an error after the connection has ended.
   * @example
   * for await (const { type, data } of receiver.messages()) console.log(type, data);
   */
  messages<const Type extends string = keyof Schemas & string>(
    options: MessagesOptions<Type> = {},
  ): AsyncIterableIterator<ReceivedMessage<Schemas, Type>> {
    return this.#session.mailbox.messages(options) as AsyncIterableIterator<ReceivedMessage<Schemas, Type>>;
  }

  /** Returns the counters of this receiver since its start. */
  stats(): ReceiverStats {
    return this.#session.stats;
  }

  /**
   * Reports which frames were consumed, then closes the channel, see {@link IPCChannel.close}. Waiting samples and unread
   * messages are dropped.
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
