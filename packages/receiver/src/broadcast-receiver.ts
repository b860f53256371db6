import { EventEmitter } from "node:events";
import { type CloseReason, IPCChannel, IPCServer, type ListenOptions } from "@broadcast-ipc/ipc-channel";
import type {
  Demand,
  MessageArguments,
  MessageSchemas,
  ReceivedMessage,
  ReceiverMessage,
  UploaderHello,
} from "@broadcast-ipc/protocol";
import { BroadcastServer } from "./broadcast-server.ts";
import { checkDemand } from "./check-demand.ts";
import { ReceiveSession } from "./receive-session.ts";
import { receiverChannelSettings } from "./receiver-channel-settings.ts";
import type { ReceiverEvents } from "./receiver-events.ts";
import { type ReceiverOptions, type ReceiverSettings, receiverSettings } from "./receiver-options.ts";
import type { ReceiverStats } from "./receiver-stats.ts";
import type { AudioFormat, Sample, SampleOf } from "./sample.ts";
import type { SamplesOptions } from "./sample-reader.ts";

/**
 * Yields what one uploader captures: pictures as fresh as the consumer is fast, sound in order.
 *
 * A picture is consumed when it is disposed, or when the next sample is asked for. Until then at most one further picture
 * is under way, and the uploader goes on replacing the one that waits there by newer ones: a slow consumer sees fewer
 * pictures, never older ones.
 *
 * `Schemas` is the type of the option `messageSchemas`, `Decode` that of `decode`. Both are inferred.
 */
export class BroadcastReceiver<
    Schemas extends MessageSchemas = MessageSchemas,
    Decode extends boolean = boolean,
  >
  extends EventEmitter<ReceiverEvents>
  implements AsyncIterable<Sample<Decode>>, AsyncDisposable
{
  readonly #channel: IPCChannel<unknown, ReceiverMessage>;
  readonly #session: ReceiveSession;

  private constructor(
    channel: IPCChannel<unknown, ReceiverMessage>,
    settings: ReceiverSettings,
    uploader?: UploaderHello,
  ) {
    super();
    this.#channel = channel;
    this.#session = new ReceiveSession(channel, {
      ...settings,
      uploader,
      onEvent: (event) => process.nextTick(() => this.emit(event)),
      onFormat: (format) => this.#emitFormat(format),
      onFailure: (error) => this.emit("failure", error),
    });
    // In the next tick: a listener that throws cannot interrupt the receiver, and a listener that is added right after the
    // receiver was returned misses nothing.
    channel.closed.then((reason) => process.nextTick(() => this.emit("disconnect", reason)));
  }

  /**
   * Listens at `path` for one uploader, see {@link IPCChannel.accept}.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async accept<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    path: string,
    options: ReceiverOptions<Schemas, Decode> & ListenOptions = {},
  ): Promise<BroadcastReceiver<Schemas, Decode>> {
    const settings = receiverSettings(options);
    const channelSettings = receiverChannelSettings(path, options);
    const channel = await IPCChannel.accept<unknown, ReceiverMessage>(path, channelSettings);
    return new BroadcastReceiver(channel, settings);
  }

  /**
   * Listens at `path` for any number of uploaders, see {@link IPCServer.listen}; the options hold for each one.
   * An uploader that says no hello within `handshakeTimeout` is turned away, and `onRefused` is told.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async listen<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    path: string,
    options: ReceiverOptions<Schemas, Decode> & ListenOptions = {},
  ): Promise<BroadcastServer<Schemas, Decode>> {
    const settings = receiverSettings(options);
    const channelSettings = receiverChannelSettings(path, options);
    const server = await IPCServer.listen<unknown, ReceiverMessage>(path, channelSettings);
    return BroadcastServer.over(server, {
      open: ({ channel, uploader }) => new BroadcastReceiver(channel, settings, uploader),
      handshakeTimeout: channelSettings.handshakeTimeout,
      onRefused: channelSettings.onRefused,
    });
  }

  /**
   * Receives over an open channel without a schema, which belongs to the receiver from here on.
   * Throws a RangeError that names the option that is wrong.
   */
  static over<Schemas extends MessageSchemas = MessageSchemas, Decode extends boolean = true>(
    channel: IPCChannel,
    options: ReceiverOptions<Schemas, Decode> = {},
  ): BroadcastReceiver<Schemas, Decode> {
    return new BroadcastReceiver(channel as IPCChannel<unknown, ReceiverMessage>, receiverSettings(options));
  }

  /** What the uploader calls itself; `undefined` until it has said so, or where it has no name. */
  get name(): string | undefined {
    return this.#session.uploader?.name;
  }

  /** Tells this uploader from every other one, and stays the same when it connects again; `undefined` until it has said hello. */
  get id(): string | undefined {
    return this.#session.uploader?.id;
  }

  get isClosed(): boolean {
    return this.#channel.isClosed;
  }

  /** Resolves, never rejects, when the connection has ended. */
  get closed(): Promise<CloseReason> {
    return this.#channel.closed;
  }

  /**
   * The samples; with `type`, only those of that type. Waiting sound comes before pictures. Leaving the loop closes nothing.
   * A loop over one type takes no samples of the other type, which wait within their bounds. So a loop over pictures and a
   * loop over audio can run at once.
   *
   * `next()` rejects with `signal.reason` on abort, with ERR_IPC_BUSY while another iterator's `next()` is pending for the
   * same samples, and once with the channel's error if the channel broke. After the end of the connection it is done.
   */
  samples<Type extends Sample["type"] = Sample["type"]>(
    options: SamplesOptions<Type> = {},
  ): AsyncIterableIterator<SampleOf<Type, Decode>> {
    return this.#session.samples(options) as AsyncIterableIterator<SampleOf<Type, Decode>>;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Sample<Decode>> {
    return this.samples();
  }

  /**
   * Replaces the demand. When pictures are wanted again, the newest one comes first. Throws a RangeError that names an
   * invalid field; the previous demand then stays. If the uploader cannot meet the demand, a "failure" is emitted.
   */
  setDemand(demand: Demand): void {
    this.#session.setDemand(checkDemand(demand));
  }

  /** Asks for sound beside what is wanted already. */
  enableAudio(): void {
    this.#session.setDemand({ ...this.#session.demand, audio: {} });
  }

  /** Asks for no more sound. */
  disableAudio(): void {
    this.#session.setDemand({ ...this.#session.demand, audio: null });
  }

  /** Asks for the newest picture, also if it was sent before. */
  refresh(): void {
    this.#session.refresh();
  }

  /**
   * Sends the uploader a message of yours, after those before; it waits for as long as the other side takes none.
   * Resolves when the message has left; `data` and the payload must not change until then. Rejects with ERR_IPC_CLOSED when it never
   * will, with what {@link IPCChannel.send} rejects with, or with a TypeError; a rejection that nobody awaits stays silent.
   */
  send(...[type, data, payload]: MessageArguments<Schemas>): Promise<void> {
    return this.#session.mailbox.exchange.send(type, data, payload);
  }

  /**
   * The uploader's messages, in order; a payload belongs to the caller. Messages that are not taken delay only the uploader's
   * `send`. With `messageSchemas` their data has been checked. Leaving the loop closes nothing and loses nothing. `next()`
   * rejects as that of {@link samples} does, except that it is done after the end of the connection, without an error.
   */
  messages(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<ReceivedMessage<Schemas>> {
    return this.#session.mailbox.messages(options) as AsyncIterableIterator<ReceivedMessage<Schemas>>;
  }

  stats(): ReceiverStats {
    return this.#session.stats;
  }

  /**
   * Reports to the uploader which pictures were consumed, then ends the connection, see {@link IPCChannel.close}.
   * Samples and messages that were not taken are dropped.
   */
  close(): Promise<void> {
    return this.#session.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Emits before the consumer gets the sample. An exception of a listener is thrown in the next tick, outside of `next()`. */
  #emitFormat(format: AudioFormat): void {
    try {
      this.emit("format", format);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
