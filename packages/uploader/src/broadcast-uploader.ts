import { EventEmitter } from "node:events";
import {
  absoluteSocketPath,
  type CloseReason,
  IPCChannel,
  type IPCChannelLike,
  type OwnBytes,
  settleInTurn,
  type TransportConnectOptions,
  transportConnectSettings,
} from "@broadcast-ipc/ipc-channel";
import {
  type Demand,
  FailureReport,
  type MessageArguments,
  type MessageSchemas,
  type MessagesOptions,
  type ReceivedMessage,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import type { WantedOptions } from "./demand-watch.ts";
import { Reconnector, type ReconnectorOptions } from "./reconnector.ts";
import { type Sample, SendSession } from "./send-session.ts";
import { UploaderConnections } from "./uploader-connections.ts";
import type { UploaderEvents } from "./uploader-events.ts";
import { uploaderHello } from "./uploader-hello.ts";
import {
  type ConnectOptions,
  connectOptionNames,
  overOptionNames,
  type UploaderOptions,
  type UploaderSettings,
  uploaderSettings,
} from "./uploader-options.ts";
import type { UploaderStats } from "./uploader-stats.ts";

/**
 * Sends live video, audio and messages to a receiver in another process. Sends the newest video frame whenever the
 * receiver is ready, and audio in order. After a lost connection, the uploader connects to the next receiver. Emits {@link UploaderEvents}.
 * @example
 * const uploader = await BroadcastUploader.connect(socketPath("screen"), { name: "screen" });
 * uploader.on("failure", (error) => console.error(error));
 * for (;;) {
 *   await uploader.wanted();
 *   await uploader.upload(await capture()); // { type: "image", format, codedWidth, codedHeight, data, timestamp }
 * }
 */
export class BroadcastUploader<Schemas extends MessageSchemas = MessageSchemas>
  extends EventEmitter<UploaderEvents>
  implements AsyncDisposable
{
  readonly #session: SendSession;
  readonly #connections: UploaderConnections;

  private constructor(
    channel: IPCChannelLike,
    settings: UploaderSettings,
    later?: Pick<ReconnectorOptions, "path" | "channel" | "giveUpAfter">,
  ) {
    super();
    const hello = uploaderHello(settings.name);
    const emit = (error: Error) => this.emit("failure", error);
    const failures = new FailureReport({ side: "uploader", emit, uploader: () => hello });
    const reconnector = later && new Reconnector({ ...later, onFailure: (error) => failures.report(error) });
    this.#session = new SendSession({
      ...settings,
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
   * Connects to the path at which a receiver listens or will listen. Resolves when the first connection is open. The
   * uploader reconnects after each lost connection. `signal`, `onRetry` and `giveUpAfter` apply to the first connection,
   * and `reconnect.giveUpAfter` to later ones. The call copies the options and resolves a relative path. Rejects like
   * {@link IPCChannel.connect}, or with a RangeError that names an invalid option.
   * @example
   * const uploader = await BroadcastUploader.connect(socketPath("screen"), { giveUpAfter: 10_000 });
   */
  static async connect<Schemas extends MessageSchemas = MessageSchemas>(
    path: string,
    options: ConnectOptions<Schemas> & TransportConnectOptions = {},
  ): Promise<BroadcastUploader<Schemas>> {
    const settings = uploaderSettings(options, connectOptionNames);
    const first = transportConnectSettings(options);
    const absolute = absoluteSocketPath(path);
    const channel = await IPCChannel.connect(absolute, first);
    const { reconnect } = settings;
    if (!reconnect) return new BroadcastUploader(channel, settings);
    const { signal: _, onRetry: __, giveUpAfter: ___, ...later } = first;
    return new BroadcastUploader(channel, settings, { path: absolute, channel: later, ...reconnect });
  }

  /**
   * Creates an uploader over an open channel, which it owns. The channel must have no schema and no other reader. Throws a
   * RangeError that names an invalid option.
   * @example
   * const channel = await IPCChannel.over(duplex, { role: "connect" });
   * const uploader = BroadcastUploader.over(channel, { name: "screen" });
   */
  static over<Schemas extends MessageSchemas = MessageSchemas>(
    channel: IPCChannelLike,
    options: UploaderOptions<Schemas> = {},
  ): BroadcastUploader<Schemas> {
    return new BroadcastUploader(channel, uploaderSettings(options, overOptionNames));
  }

  /** The receiver's demand; `undefined` without a receiver, before its first demand, and after {@link close}. */
  get demand(): Demand | undefined {
    return this.#session.demand.demand;
  }

  /**
   * Resolves with the demand when the receiver wants video or audio. With `type`, waits for samples of that type. A
   * capture loop that awaits this promise before each sample uses no CPU while the receiver wants nothing.
   *
   * Rejects with `signal.reason` on abort, and with ERR_IPC_CLOSED after the uploader has ended or {@link close} was called.
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

  /** Resolves when the uploader has ended: after {@link close}, or when reconnecting fails permanently. Never rejects. */
  get closed(): Promise<CloseReason> {
    return this.#connections.closed;
  }

  /**
   * Uploads a sample and resolves with its outcome. Never rejects. The next sample can be uploaded at any time. A newer
   * video frame replaces a waiting one.
   *
   * The uploader owns the sample after the call: do not write to its data or upload it again. If the sample has a `[Symbol.dispose]` method, the uploader calls it once, when the data is no longer needed. The newest video frame is kept for later receivers.
   * With `delivery: "all"`, the promise resolves when the receiver has consumed the frame, or with "replaced" if 64 other frames, or 256 MiB, are pending. A loop over awaited uploads delays timers, sockets and signals by a few milliseconds at most.
   * @example
   * await uploader.upload({ type: "image", format: "BGRA", codedWidth: 640, codedHeight: 480, data, timestamp: now() });
   */
  upload(sample: Sample): Promise<UploadOutcome> {
    return new Promise((resolve) => {
      this.#session.offer(sample, (outcome) => settleInTurn(resolve, outcome));
    });
  }

  /**
   * Returns memory of exactly `bytes` bytes for the data of a sample, with undefined content. With the option `payloads`, it
   * is sent without a copy if it goes raw to the receiver that is connected now. The uploader frees it with
   * the sample, unless the sample has a dispose function of its own.
   * @example
   * const data = uploader.allocate(codedWidth * codedHeight * 4); // Fill it, then upload it.
   */
  allocate(bytes: number): OwnBytes & Disposable {
    return this.#connections.allocate(bytes);
  }

  /**
   * Sends an application message, in order. Resolves when the message was written. Waits while the receiver grants no
   * credit, and between two connections. Do not change `data` or the payload until the promise settles.
   * Rejects with ERR_IPC_CLOSED if the connection is lost while the message is in flight, or if the uploader has ended.
   * @example
   * await uploader.send("cursor", { x: 10, y: 20 });
   */
  send(...[type, data, payload]: MessageArguments<Schemas>): Promise<void> {
    return this.#session.messages.send(type, data, payload);
  }

  /**
   * Iterates over the messages of the receiver, in order, checked with `messageSchemas`, until the uploader has ended. With
   * `types`, iterates over messages of these types only and claims them, see {@link MessagesOptions.types}. Leaving the
   * loop keeps unread messages queued, as with {@link IPCChannel.messages}.
   * @example
   * for await (const { type, data } of uploader.messages()) if (type === "click") click(data);
   */
  messages<const Type extends string = keyof Schemas & string>(
    options: MessagesOptions<Type> = {},
  ): AsyncIterableIterator<ReceivedMessage<Schemas, Type>> {
    return this.#session.inbox.iterate(options) as AsyncIterableIterator<ReceivedMessage<Schemas, Type>>;
  }

  /** Returns the counters so far, see {@link UploaderStats}. */
  stats(): UploaderStats {
    const { bytes, count, payloads } = this.#connections;
    return { ...this.#session.stats, bytes, connections: count, payloads };
  }

  /**
   * Stops accepting samples and messages, delivers the newest video frame, waiting audio and waiting messages, and ends
   * the connection. With `delivery: "all"`, delivers every frame and waits until the receiver has consumed them.
   *
   * Resolves within about the channel's `closeTimeout`; the remaining uploads then settle "closed". Does not wait without
   * a connection, or if the receiver does not want the remaining samples.
   */
  close(): Promise<void> {
    return this.#connections.close();
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Emits in the next tick: an exception of a listener does not interrupt the caller. */
  #emitLater<E extends keyof UploaderEvents>(event: E, ...args: UploaderEvents[E]): void {
    process.nextTick(() => (this as EventEmitter).emit(event, ...args));
  }
}
