import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { type ChannelOptions, type CloseReason, IPCChannel } from "@broadcast-ipc/ipc-channel";
import {
  clockId,
  type Demand,
  type ReceivedMessage,
  type UploaderHello,
  type UploadOutcome,
} from "@broadcast-ipc/protocol";
import { isFinal, Redialer } from "./redialer.ts";
import { type Sample, UploadLanes } from "./upload-lanes.ts";
import { UploadLink } from "./upload-link.ts";
import type { UploaderEvents } from "./uploader-events.ts";
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
 */
export class BroadcastUploader extends EventEmitter<UploaderEvents> implements AsyncDisposable {
  /** Resolves, never rejects, when it has ended: after {@link close}, or when there is no way back to a receiver. */
  readonly closed: Promise<CloseReason>;
  readonly #hello: UploaderHello;
  readonly #lanes: UploadLanes;
  #redialer: Redialer | undefined;
  #link: UploadLink | undefined;
  #isClosed = false;
  #bytesEarlier = 0;
  #connections = 0;

  private constructor(
    channel: IPCChannel,
    { codec, name, maxBufferedMs }: UploaderSettings,
    redial?: { readonly path: string; readonly options: ConnectOptions & ChannelOptions },
  ) {
    super();
    const clock = clockId();
    this.#hello = {
      type: "hello",
      id: randomUUID(),
      ...(name !== undefined && { name }),
      ...(clock !== undefined && { clock }),
    };
    const onFailure = (error: unknown) => this.#emitLater("failure", error);
    this.#lanes = new UploadLanes({
      codec,
      maxBufferedMs,
      onFailure,
      onDemand: (demand) => {
        this.#redialer?.reset();
        this.#emitLater("demand", demand);
      },
    });
    if (redial) {
      const { reconnect, schema: _, signal: __, ...options } = redial.options;
      const giveUpAfter = reconnect ? reconnect.giveUpAfter : undefined;
      this.#redialer = new Redialer({ path: redial.path, channel: options, giveUpAfter, onFailure });
    }
    this.closed = this.#run(channel);
  }

  /**
   * Connects to a receiver's path, see {@link IPCChannel.connect}: waits for as long as nobody listens there yet, and
   * connects again whenever the connection is lost. `signal` is for the first connection.
   * Rejects with what that rejects with, or a RangeError that names the option that is wrong.
   */
  static async connect(
    path: string,
    options: ConnectOptions & ChannelOptions = {},
  ): Promise<BroadcastUploader> {
    const settings = uploaderSettings(options);
    const { schema: _, ...channelOptions } = options;
    const channel = await IPCChannel.connect(path, channelOptions);
    return new BroadcastUploader(
      channel,
      settings,
      options.reconnect === false ? undefined : { path, options },
    );
  }

  /**
   * Uploads over an open channel without a schema, which belongs to the uploader from here on, and ends with it.
   * Throws a RangeError that names the option that is wrong.
   */
  static over(channel: IPCChannel, options: UploaderOptions = {}): BroadcastUploader {
    return new BroadcastUploader(channel, uploaderSettings(options));
  }

  /** What the receiver wants; `undefined` while there is none, and until it has said so. */
  get demand(): Demand | undefined {
    return this.#lanes.demand;
  }

  /** Whether it has ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Takes ownership of the sample: its data must not be written to again, nor the sample uploaded again. Its
   * `[Symbol.dispose]`, if it has one, is called once, when nothing needs the data any more; the newest picture is kept,
   * for a receiver that comes late or comes back.
   *
   * Settles once the sample is sent, replaced by a newer one, or known to go nowhere; never rejects. The next picture can
   * be uploaded at any time: the one that waits is always the newest. For a receiver that wants every picture
   * (`delivery: "all"`) it settles when the picture was consumed, and "failed" while 64 of them are pending.
   */
  upload(sample: Sample): Promise<UploadOutcome> {
    return new Promise((settle) => this.#lanes.offer(sample, settle));
  }

  /**
   * Sends a message of your own beside the media, in order. Resolves once it has left, which waits while the receiver takes
   * none; until then `data` and the payload must not change. Rejects with ERR_IPC_CLOSED where the connection was lost under it, or the uploader has ended;
   * between two connections it waits for the next one. A rejection that nobody awaits is never an unhandledRejection.
   */
  send(type: string, data?: unknown, payload?: Uint8Array): Promise<void> {
    return this.#lanes.messages.send(type, data, payload);
  }

  /** The receiver's own messages, in order; done when the uploader has ended. Reading is as for {@link IPCChannel.messages}. */
  messages(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<ReceivedMessage> {
    return this.#lanes.inbox.iterate(options);
  }

  stats(): UploaderStats {
    return {
      ...this.#lanes.stats,
      bytes: this.#bytesEarlier + (this.#link?.bytes ?? 0),
      connections: this.#connections,
    };
  }

  /** Ends the connection, see {@link IPCChannel.close}; samples that are not sent by then settle "closed". */
  async close(): Promise<void> {
    this.#end();
    await this.#link?.close();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One connection after the other, until there is no way back. */
  async #run(first: IPCChannel): Promise<CloseReason> {
    let next: IPCChannel | CloseReason = first;
    while (next instanceof IPCChannel && !this.#isClosed) {
      const reason: CloseReason = await this.#use(next);
      next = (await this.#redial(reason)) ?? reason;
    }
    this.#end();
    if (!(next instanceof IPCChannel)) return next;
    // It came back just when it was closed.
    await next.close();
    return { by: "us", code: "closed" };
  }

  /** Resolves when the connection has ended. */
  async #use(channel: IPCChannel): Promise<CloseReason> {
    const link: UploadLink = new UploadLink(channel, {
      hello: this.#hello,
      // At once, or what waits here would go into a connection that is over.
      onEnd: () => this.#link === link && this.#lanes.disconnect(),
      onMessage: (message, payload) => this.#lanes.receive(message, payload),
      onFailure: (error) => this.#emitLater("failure", error),
    });
    this.#link = link;
    this.#connections++;
    this.#lanes.connect(link);
    this.#emitLater("connect");
    const reason = await link.closed;
    this.#link = undefined;
    this.#bytesEarlier += link.bytes;
    this.#lanes.disconnect();
    this.#emitLater("disconnect", reason);
    return reason;
  }

  /** The next connection, or why there is none; `undefined` where that is nothing but the end of the one before. */
  async #redial(reason: CloseReason): Promise<IPCChannel | CloseReason | undefined> {
    if (this.#isClosed || !this.#redialer || isFinal(reason.error)) return undefined;
    try {
      return await this.#redialer.dial();
    } catch (error) {
      if (isFinal(error)) return { by: "peer", code: "error", error };
      if (!this.#isClosed) this.#emitLater("failure", error);
    }
    return this.#isClosed ? { by: "us", code: "closed" } : undefined;
  }

  #end(): void {
    this.#isClosed = true;
    this.#redialer?.stop();
    this.#lanes.close();
  }

  /** A listener that throws must not tear what is under way here. */
  #emitLater<E extends keyof UploaderEvents>(event: E, ...args: UploaderEvents[E]): void {
    process.nextTick(() => (this as EventEmitter).emit(event, ...args));
  }
}
