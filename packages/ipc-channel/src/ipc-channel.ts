import type { Duplex } from "node:stream";
import { ChannelEnd, type CloseReason } from "./channel/channel-end.ts";
import { ChannelPayloads } from "./channel/channel-payloads.ts";
import type { ChannelStats } from "./channel/channel-stats.ts";
import { Inbox } from "./channel/inbox.ts";
import type { Message } from "./channel/message.ts";
import type { Connection } from "./connection/connection.ts";
import { IPCChannelError } from "./errors/ipc-channel-error.ts";
import { type Established, establish } from "./handshake/establish.ts";
import type { Role } from "./handshake/handshake.ts";
import type { ChannelOptions, ConnectOptions, ListenOptions } from "./options/channel-options.ts";
import {
  type ChannelSettings,
  channelSettings,
  connectSettings,
  listenSettings,
} from "./options/channel-settings.ts";
import { rejectInTurn, rejectsInTurn } from "./queue/settle-in-turn.ts";
import { acceptFirst } from "./sockets/accept-first.ts";
import { connectSocket } from "./sockets/connect-socket.ts";
import { frameKind, type ReceivedFrame } from "./wire/frame.ts";
import type { OwnBytes } from "./wire/own-bytes.ts";

/**
 * Exchanges typed messages with binary payloads between two processes.
 *
 * A new channel is open: both sides have sent a hello and, with a `token`, proved that they know the token.
 * `Incoming` and `Outgoing` are the types of the headers. With a `schema`, `Incoming` is the type of the schema's output.
 * `Outgoing` is inferred from the annotation of the assigned variable, or is `unknown`. The type parameter `Checked` of the static methods is inferred.
 */
export class IPCChannel<Incoming = unknown, Outgoing = Incoming>
  implements AsyncIterable<Message<Incoming>>, AsyncDisposable
{
  /**
   * Resolves once the channel has ended and its socket is closed. Never rejects. After the peer's goodbye, `closed` resolves
   * once all messages that arrived before the goodbye are taken, or dropped by {@link close}.
   */
  readonly closed: Promise<CloseReason>;
  /**
   * Resolves as soon as nothing more can be sent: at the peer's goodbye, when the connection is lost, or when {@link close} is called.
   * Never rejects. Messages that have arrived can still be taken. Await `ended` to stop producing, and `closed` to learn the
   * reason once the channel is finished.
   */
  readonly ended: Promise<void>;
  readonly #connection: Connection;
  readonly #inbox: Inbox<Incoming>;
  readonly #payloads: ChannelPayloads;
  readonly #end: ChannelEnd;
  /** The option `closeTimeout`: the longest time that {@link close} flushes, in ms. */
  readonly closeTimeout: number;

  private constructor(established: Established, settings: ChannelSettings<Incoming>) {
    const { connection } = established;
    this.#connection = connection;
    this.closeTimeout = settings.closeTimeout;
    this.#inbox = new Inbox(connection, settings.schema);
    this.#payloads = new ChannelPayloads(established, settings.payloads, settings.maxPayloadBytes);
    this.#end = new ChannelEnd(established, this.#inbox, this.#payloads, settings);
    this.closed = this.#end.closed;
    this.ended = this.#end.ended;
    connection.handOver({ onFrame: this.#onFrame, onEnd: (end) => this.#end.onEnd(end) }, settings);
    connection.resume();
  }

  /**
   * Listens at `path`, resolves with a channel to the first admitted peer, and stops listening. `onRefused` is called for
   * each peer that is not admitted. A socket file that a crashed process left behind is replaced.
   * Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`, and leaves nothing bound.
   * @example
   * await using channel = await IPCChannel.accept(socketPath("my-app"));
   * for await (const { header, payload } of channel) console.log(header, payload?.length);
   */
  static async accept<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ListenOptions<Checked> = {},
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const settings = listenSettings(options);
    const { onRefused: _, ...channel } = settings;
    const admit = (socket: Duplex, signal: AbortSignal) =>
      IPCChannel.over<Incoming, Outgoing, Checked>(socket, { ...channel, signal, role: "accept" });
    return await acceptFirst(path, { ...settings, admit });
  }

  /**
   * Connects to `path`. Retries, with a backoff of 10 to 250 ms, if nobody listens there, if the connection closes during the
   * handshake, or if either side lacks descriptors or memory. `onRetry` is called after each failed attempt. `giveUpAfter` limits the total time.
   * Rejects with `signal.reason`, ERR_IPC_PATH_INVALID, ERR_IPC_TIMEOUT after `giveUpAfter`, or the handshake's error.
   * @example
   * await using channel = await IPCChannel.connect(socketPath("my-app"), { giveUpAfter: 10_000 });
   * await channel.send({ type: "greeting", text: "hello" }, new Uint8Array([1, 2, 3]));
   */
  static async connect<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ConnectOptions<Checked> = {},
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const settings = connectSettings(options);
    const { onRetry: _, giveUpAfter: __, ...channel } = settings;
    return rejectsInTurn(
      connectSocket(path, settings, (socket, signal) =>
        IPCChannel.over(socket, { ...channel, signal, role: "connect" }),
      ),
    );
  }

  /**
   * Makes a channel over any Duplex of bytes: a child's extra stdio pipe, a TLS socket, a pair of streams in memory. The two
   * ends must have different roles. The channel owns the stream immediately, and destroys the stream if the handshake fails.
   * Rejects with `signal.reason`, ERR_IPC_TIMEOUT after `handshakeTimeout`, or the handshake's error.
   * @example
   * // In the parent:
   * const child = spawn(process.execPath, ["child.mjs"], { stdio: ["inherit", "inherit", "inherit", "pipe"] });
   * const channel = await IPCChannel.over(child.stdio[3] as Socket, { role: "accept" });
   * // In child.mjs:
   * const parent = await IPCChannel.over(new Socket({ fd: 3 }), { role: "connect" });
   */
  static async over<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    duplex: Duplex,
    options: ChannelOptions<Checked> & { readonly role: Role },
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const settings = channelSettings(options);
    return new IPCChannel(await establish(duplex, options.role, settings), settings);
  }

  /** Whether nothing more can be sent, because either side has closed the channel or the connection is lost. Messages that have arrived can still be taken. */
  get isClosed(): boolean {
    return this.#end.sendError !== undefined || this.#connection.outbox.isFailed;
  }

  /** The number of bytes passed to {@link send} that are not handed over to the kernel yet. */
  get bufferedBytes(): number {
    return this.#connection.outbox.bufferedBytes;
  }

  /** Returns the numbers of messages and bytes sent so far, received so far, and received but not yet taken. */
  stats(): ChannelStats {
    const { outbox, receivedBytes } = this.#connection;
    return {
      sent: { ...outbox.sent },
      received: { messages: this.#inbox.received, bytes: receivedBytes },
      waiting: this.#inbox.waiting,
      payloads: this.#payloads.stats,
    };
  }

  /**
   * Sends a message after the messages of all earlier calls. Resolves once the kernel has the whole message, whether or not
   * the peer has read it. The payload must not change before the promise settles. A list of parts arrives as one payload.
   *
   * Rejects with ERR_IPC_CLOSED if the message will never be sent. Rejects, and leaves the channel open, with
   * ERR_IPC_MESSAGE_TOO_LARGE for a message over this side's or the peer's limits, and with ERR_IPC_INVALID_HEADER for a
   * header that cannot be encoded. A rejection that nobody awaits never causes an unhandledRejection.
   *
   * @example
   * await channel.send({ type: "log", level: "info" }, new TextEncoder().encode("ready"));
   */
  send(header: Outgoing, payload?: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const { sendError } = this.#end;
    if (!sendError) return this.#connection.outbox.send(frameKind.message, header, payload);
    return rejectInTurn(sendError);
  }

  /**
   * Returns memory of exactly `bytes` bytes for a payload, with undefined content. With the option `payloads`, {@link send}
   * hands the memory over without a copy if there was room, and the peer may then change it. Dispose the memory after the
   * send has settled, and do not use it afterwards. Memory that is not disposed is freed when it is collected.
   * @example
   * using pixels = channel.allocate(1920 * 1080 * 4);
   * draw(pixels);
   * await channel.send({ type: "frame" }, pixels);
   */
  allocate(bytes: number): OwnBytes & Disposable {
    return this.#payloads.allocate(bytes);
  }

  /**
   * Iterates over the incoming messages, in order. Leaving the loop keeps the channel open. A later loop continues with the next message.
   * `next()` rejects with `signal.reason` on abort, with ERR_IPC_BUSY while another iterator's `next()` is pending,
   * and with ERR_IPC_INVALID_HEADER for a message that fails the schema, after which the next message can be read.
   * The iteration ends when the channel has ended. If the channel ended with an error, `next()` first rejects once with that error.
   *
   * @example
   * for await (using message of channel.messages({ signal: AbortSignal.timeout(5_000) })) {
   *   console.log(message.header, message.payload?.length);
   * }
   */
  messages(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<Message<Incoming>> {
    return this.#inbox.iterate(options);
  }

  /** Same as {@link messages} without options. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message<Incoming>> {
    return this.messages();
  }

  /**
   * Calls `onMessage` with each incoming message as it is decoded, in order and without backpressure. Resolves when the
   * channel has ended. Rejects with the channel's error, with ERR_IPC_BUSY, or with an exception of `onMessage`.
   *
   * @internal For packages that are built on this one.
   */
  forEach(onMessage: (message: Message<Incoming>) => void): Promise<void> {
    return this.#inbox.forEach(onMessage);
  }

  /**
   * Sends pending messages and a goodbye, and closes the connection. Resolves when the connection is closed. Sending takes
   * at most `closeTimeout`, or `timeout` ms if that is shorter. Sends that are still pending then reject with ERR_IPC_CLOSED.
   * Incoming messages that were not taken are dropped.
   */
  async close(options: { readonly timeout?: number | undefined } = {}): Promise<void> {
    const { timeout = this.closeTimeout } = options;
    this.#inbox.discard();
    await this.#end.close({ by: "us", code: "closed" }, timeout);
    await this.closed;
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onFrame = (frame: ReceivedFrame): void => {
    if (frame.kind === frameKind.message) this.#inbox.push(frame);
    else if (frame.kind === frameKind.goodbye) this.#end.onGoodbye(frame.header);
    else if (frame.kind === frameKind.carrier) this.#payloads.receive(frame.header);
    else if (frame.kind !== frameKind.alive) {
      const message = `unexpected frame of kind ${frame.kind} after the handshake`;
      throw new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", message);
    }
  };
}
