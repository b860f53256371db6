import { EventEmitter } from "node:events";
import {
  absoluteSocketPath,
  type ConnectOptions as ChannelConnectOptions,
  type CloseReason,
  connectSettings,
  IPCChannel,
  settleInTurn,
} from "@broadcast-ipc/ipc-channel";
import {
  type Demand,
  FailureReport,
  type MessageArguments,
  type MessageSchemas,
  type ReceivedMessage,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { WantedOptions } from "./demand-watch.ts";
import { Reconnector } from "./reconnector.ts";
import { type Sample, SendSession } from "./send-session.ts";
import { UploaderConnections } from "./uploader-connections.ts";
import type { UploaderEvents } from "./uploader-events.ts";
import { uploaderHello } from "./uploader-hello.ts";
import {
  type ConnectOptions,
  type UploaderOptions,
  type UploaderSettings,
  uploaderSettings,
} from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";

/**
 * Sends to one receiver the samples that are worth sending: always the newest picture, as fast as the receiver consumes
 * pictures, and the sound if it asked for it, in order; and again to the next receiver, when that one is gone.
 * Nothing that it emits or returns has to be looked at for it to go on.
 * `Schemas` is the type of the option `messageSchemas`; it is inferred.
 */
export class BroadcastUploader<Schemas extends MessageSchemas = MessageSchemas>
  extends EventEmitter<UploaderEvents>
  implements AsyncDisposable
{
  readonly #session: SendSession;
  readonly #connections: UploaderConnections;

  private constructor(
    channel: IPCChannel,
    { codec, name, maxBufferedMs, messageSchemas }: UploaderSettings,
    makeReconnector?: (onFailure: (error: unknown) => void) => Reconnector,
  ) {
    super();
    const hello = uploaderHello(name);
    const failures = new FailureReport({
      side: "uploader",
      emit: (error) => this.emit("failure", error),
      uploader: () => hello,
    });
    const reconnector = makeReconnector?.((error) => failures.report(error));
    this.#session = new SendSession({
      codec,
      maxBufferedMs,
      messageSchemas,
      failures,
      onDemand: (demand) => {
        reconnector?.reset();
        this.#emitLater("demand", demand);
      },
    });
    this.#connections = new UploaderConnections(channel, {
      hello,
      session: this.#session,
      reconnector,
      onConnect: () => this.#emitLater("connect"),
      onDisconnect: (reason) => this.#emitLater("disconnect", reason),
      failures,
    });
  }

  /**
   * Connects to a receiver's path, see {@link IPCChannel.connect}: waits for as long as nobody listens there yet, and
   * connects again whenever the connection is lost. `signal`, `onRetry` and `giveUpAfter` are for the first connection,
   * `reconnect.giveUpAfter` for later ones. All options are copied, and a relative path is resolved, at the call.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async connect<Schemas extends MessageSchemas = MessageSchemas>(
    path: string,
    options: ConnectOptions<Schemas> & Omit<ChannelConnectOptions, "schema"> = {},
  ): Promise<BroadcastUploader<Schemas>> {
    const settings = uploaderSettings(options);
    const { schema: _, ...first } = connectSettings(options);
    const absolute = absoluteSocketPath(path);
    const channel = await IPCChannel.connect(absolute, first);
    const { reconnect } = settings;
    if (!reconnect) return new BroadcastUploader(channel, settings);
    const { signal: __, onRetry: ___, giveUpAfter: ____, ...later } = first;
    return new BroadcastUploader(
      channel,
      settings,
      (onFailure) => new Reconnector({ path: absolute, channel: later, ...reconnect, onFailure }),
    );
  }

  /**
   * Uploads over an open channel without a schema, which belongs to the uploader from here on, and ends with it.
   * Throws a RangeError that names the option that is wrong.
   */
  static over<Schemas extends MessageSchemas = MessageSchemas>(
    channel: IPCChannel,
    options: UploaderOptions<Schemas> = {},
  ): BroadcastUploader<Schemas> {
    return new BroadcastUploader(channel, uploaderSettings(options));
  }

  /** The receiver's demand; `undefined` without a receiver, before its first demand, and from {@link close} on. */
  get demand(): Demand | undefined {
    return this.#session.demand.demand;
  }

  /**
   * Resolves with the demand while the receiver wants pictures or sound (with `type`, samples of that type): at once, or as
   * soon as it does. A capture loop that awaits this first uses no CPU while nothing is wanted.
   * Rejects with `signal.reason` on abort, and with ERR_IPC_CLOSED once the uploader has ended or {@link close} was
   * called. A rejection that nobody awaits is never an unhandledRejection.
   *
   * @example
   * for (;;) {
   *   await uploader.wanted({ signal });
   *   await uploader.upload(await capture());
   * }
   */
  wanted(options: WantedOptions = {}): Promise<Demand> {
    return this.#session.demand.wanted(options);
  }

  /** Whether the uploader has ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#connections.isClosed;
  }

  /** Resolves, never rejects, when the uploader has ended: after {@link close}, or when reconnecting fails for good. */
  get closed(): Promise<CloseReason> {
    return this.#connections.closed;
  }

  /**
   * Takes ownership of the sample: its data must not be written to again, nor the sample uploaded again. Its
   * `[Symbol.dispose]`, if it has one, is called once, when nothing needs the data any more; the newest picture is kept,
   * for a receiver that comes late or comes back.
   *
   * Settles once the sample is sent, replaced by a newer one, or known to go nowhere; never rejects. The next picture can
   * be uploaded at any time: the one that waits is always the newest. For a receiver that wants every picture
   * (`delivery: "all"`) it settles when the picture was consumed, and "failed" while 64 of them are pending.
   *
   * In a loop over awaited uploads, timers, sockets and signals run within a few milliseconds, whatever the outcomes.
   */
  upload(sample: Sample): Promise<UploadOutcome> {
    return new Promise((resolve) => {
      this.#session.offer(sample, (outcome) => settleInTurn(() => resolve(outcome)));
    });
  }

  /**
   * Sends a message of your own beside the media, in order. Resolves once it has left, which waits while the receiver takes
   * none; until then `data` and the payload must not change. Rejects with ERR_IPC_CLOSED where the connection was lost under it, or the uploader has ended;
   * between two connections it waits for the next one. A rejection that nobody awaits is never an unhandledRejection.
   */
  send(...[type, data, payload]: MessageArguments<Schemas>): Promise<void> {
    return this.#session.messages.send(type, data, payload);
  }

  /** The receiver's messages, in order, checked with `messageSchemas`. Done when the uploader has ended. Read like {@link IPCChannel.messages}. */
  messages(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<ReceivedMessage<Schemas>> {
    return this.#session.inbox.iterate(options) as AsyncIterableIterator<ReceivedMessage<Schemas>>;
  }

  /** The counters so far, see {@link UploaderStats}. */
  stats(): UploaderStats {
    const { bytes, count } = this.#connections;
    return { ...this.#session.stats, bytes, connections: count };
  }

  /**
   * Accepts nothing more, delivers the newest picture, waiting sound and messages, and ends the connection, see
   * {@link IPCChannel.close}. With `delivery: "all"` it delivers every picture and waits until they are consumed.
   *
   * Resolves when that is done, after about the channel's `closeTimeout` at the latest; uploads that are left settle
   * "closed". Does not wait if there is no connection, or if the receiver wants none of what is left. Later calls return the
   * same promise.
   */
  close(): Promise<void> {
    return this.#connections.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A listener that throws must not tear what is under way here. */
  #emitLater<E extends keyof UploaderEvents>(event: E, ...args: UploaderEvents[E]): void {
    process.nextTick(() => (this as EventEmitter).emit(event, ...args));
  }
}
