import type { Duplex } from "node:stream";
import type { ChannelOptions, ConnectOptions, ListenOptions } from "./channel-options.ts";
import {
  type ChannelSettings,
  channelSettings,
  connectSettings,
  listenSettings,
} from "./channel-settings.ts";
import type { ChannelStats } from "./channel-stats.ts";
import type { CloseReason } from "./close-reason.ts";
import { connectSocket } from "./connect-socket.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionEnd } from "./connection-handler.ts";
import { type Established, establish } from "./establish.ts";
import { type Frame, frameKind } from "./frame.ts";
import { type Role, refusal } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Inbox } from "./inbox.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { Listener } from "./listener.ts";
import type { Message } from "./message.ts";
import { rejectInTurn } from "./settle-in-turn.ts";

/**
 * Typed messages with binary payloads, both ways, between two processes.
 *
 * A channel that exists is open: both sides have said hello and, with a `token`, proved that they know it.
 * `Incoming` and `Outgoing` are the types of the headers. A `schema` gives the first one and makes it true, and leaves the
 * second one to the variable's annotation, else `unknown`; `Checked` of the static methods is inferred, never given.
 */
export class IPCChannel<Incoming = unknown, Outgoing = Incoming>
  implements AsyncIterable<Message<Incoming>>, AsyncDisposable
{
  /**
   * Resolves, never rejects, once the channel has ended and its socket is closed. After a peer's end that takes somebody
   * who reads what had arrived before, or {@link close}.
   */
  readonly closed: Promise<CloseReason>;
  /**
   * Resolves, never rejects, as soon as nothing more can be sent: at the peer's goodbye or loss, or at our own
   * {@link close}, whether or not anybody reads. What had arrived can still be taken. Await this one to stop producing,
   * and `closed` to know that all is over, and why.
   */
  readonly ended: Promise<void>;
  readonly #connection: Connection;
  readonly #inbox: Inbox<Incoming>;
  readonly #heartbeat: Heartbeat;
  /** The option `closeTimeout`: how long {@link close} flushes at most, in ms. */
  readonly closeTimeout: number;
  #resolveClosed: (reason: CloseReason) => void = () => {};
  #resolveEnded: () => void = () => {};
  #isClosed = false;
  /** Why nothing can be sent any more. */
  #sendError: IPCChannelError | undefined;

  private constructor({ connection, peerHeartbeat }: Established, settings: ChannelSettings<Incoming>) {
    this.#connection = connection;
    this.closeTimeout = settings.closeTimeout;
    this.#inbox = new Inbox(connection, settings.schema);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
      connection.outbox.refused.then(resolve);
    });
    this.#heartbeat = new Heartbeat(connection, settings.heartbeat, peerHeartbeat, () => this.#onSilence());
    connection.handOver(
      { onFrame: (frame) => this.#onFrame(frame), onEnd: (end) => this.#onEnd(end) },
      settings,
    );
    connection.resume();
  }

  /**
   * Listens at `path`, resolves with the first peer that is admitted, and stops listening. Peers that fail are turned
   * away, and `onRefused` is told. A socket file that a crashed process left behind is taken over.
   * Rejects with ERR_IPC_PATH_INVALID, ERR_IPC_PATH_IN_USE, ERR_IPC_RESOURCES, or `signal.reason`; then nothing stays bound.
   */
  static async accept<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ListenOptions<Checked> = {},
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const settings = listenSettings(options);
    const listener = await Listener.listen<IPCChannel<Checked, Outgoing>>(path, {
      ...settings,
      admit: (socket, signal) => IPCChannel.over(socket, { ...settings, signal, role: "accept" }),
    });
    try {
      const first = await listener.iterate({ signal: settings.signal }).next();
      if (first.done) throw new IPCChannelError("ERR_IPC_CLOSED", "the listener was closed");
      return first.value;
    } finally {
      await listener.close();
    }
  }

  /**
   * Connects to `path`; tries again, with a backoff of 10 to 250 ms, for as long as nobody listens there yet, or
   * descriptors or memory have run out. `onRetry` is told of each attempt, and `giveUpAfter` bounds the time.
   * Rejects with `signal.reason`, ERR_IPC_PATH_INVALID, ERR_IPC_TIMEOUT after `giveUpAfter`, or whatever the handshake ended with.
   */
  static async connect<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    path: string,
    options: ConnectOptions<Checked> = {},
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const settings = connectSettings(options);
    return connectSocket(path, settings, (socket, signal) =>
      IPCChannel.over(socket, { ...settings, signal, role: "connect" }),
    );
  }

  /**
   * Makes a channel of any Duplex of bytes: a child's extra stdio pipe, a TLS socket, a test pair. The two ends must
   * take different roles. The stream belongs to the channel from here on, and is destroyed where the handshake fails.
   */
  static async over<Incoming = unknown, Outgoing = Incoming, Checked = Incoming>(
    duplex: Duplex,
    options: ChannelOptions<Checked> & { readonly role: Role },
  ): Promise<IPCChannel<Checked, Outgoing>> {
    const { role } = options;
    if (role !== "accept" && role !== "connect") throw new RangeError('role must be "accept" or "connect"');
    const settings = channelSettings(options);
    return new IPCChannel(await establish(duplex, role, settings), settings);
  }

  /** Whether nothing can be sent any more ({@link ended} has resolved), since either side has closed, or the connection is lost; messages that had arrived before can still be taken. */
  get isClosed(): boolean {
    return this.#sendError !== undefined || this.#connection.outbox.isFailed;
  }

  /** Bytes accepted by {@link send} that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#connection.outbox.bufferedBytes;
  }

  /** What has gone each way so far. */
  stats(): ChannelStats {
    const { outbox, receivedBytes } = this.#connection;
    return {
      sent: { ...outbox.sent },
      received: { messages: this.#inbox.received, bytes: receivedBytes },
      waiting: this.#inbox.waiting,
    };
  }

  /**
   * Sends a message after those of all earlier calls. Resolves once the kernel has the whole of it, which says nothing
   * about the peer having read it. The payload must not change until then; a list of parts arrives as one payload.
   *
   * Rejects with ERR_IPC_CLOSED when it will never be sent, and, with the channel still open, with
   * ERR_IPC_MESSAGE_TOO_LARGE over our own or the peer's limits, or ERR_IPC_INVALID_HEADER where MessagePack cannot
   * carry the header. A rejection that nobody awaits is never an unhandledRejection.
   */
  send(header: Outgoing, payload?: Uint8Array | readonly Uint8Array[]): Promise<void> {
    if (!this.#sendError) return this.#connection.outbox.send(frameKind.message, header, payload);
    return rejectInTurn(this.#sendError);
  }

  /**
   * The incoming messages, in order. Leaving the loop closes nothing and loses no message; another one goes on.
   * `next()` rejects with `signal.reason` on abort, with ERR_IPC_BUSY while another iterator's `next()` is pending,
   * and with ERR_IPC_INVALID_HEADER for a message that fails the schema, after which the next message can be read.
   * It is done when the channel has ended; where that was the peer's fault, it rejects once with the reason before.
   */
  messages(
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<Message<Incoming>> {
    return this.#inbox.iterate(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Message<Incoming>> {
    return this.messages();
  }

  /**
   * Flushes for at most `closeTimeout`, or `timeout` ms where that is shorter, says goodbye, and drops the connection;
   * resolves when that is done.
   * Sends that are pending by then reject with ERR_IPC_CLOSED; messages that nobody has taken are dropped.
   */
  async close({
    timeout = this.closeTimeout,
  }: {
    readonly timeout?: number | undefined;
  } = {}): Promise<void> {
    this.#inbox.discard();
    if (!this.#isClosed) await this.#closeWith({ by: "us", code: "closed" }, timeout);
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #onFrame(frame: Frame): void {
    if (frame.kind === frameKind.message) this.#inbox.push(frame);
    else if (frame.kind === frameKind.goodbye) this.#onGoodbye(refusal(frame.header));
    else if (frame.kind !== frameKind.alive) {
      throw new IPCChannelError(
        "ERR_IPC_CORRUPT_MESSAGE",
        `a frame of kind ${frame.kind} after the handshake`,
      );
    }
  }

  /** The peer is gone in good order, or says what we did wrong; either way what it sent before is still to be taken. */
  #onGoodbye(error: IPCChannelError): void {
    this.#heartbeat.stop();
    this.#sendError ??= new IPCChannelError("ERR_IPC_CLOSED", "the peer has closed the channel", {
      cause: error,
    });
    const isOrderly = error.code === "ERR_IPC_CLOSED";
    this.#inbox.end(isOrderly ? undefined : error);
    this.#connection.leave(this.closeTimeout);
    this.#inbox.onceEmpty(() => {
      this.#closeWith({ by: "peer", ...(isOrderly ? { code: "closed" } : { code: "error", error }) });
    });
  }

  #onSilence(): void {
    const error = new IPCChannelError("ERR_IPC_TIMEOUT", "the peer has been silent for too long");
    this.#inbox.end(error);
    this.#closeWith({ by: "us", code: "timeout", error });
  }

  #onEnd({ error, cause, isOwnFault }: ConnectionEnd): void {
    this.#inbox.end(error);
    const isCorrupt = error && error.code !== "ERR_IPC_TRUNCATED_MESSAGE";
    if (isOwnFault) this.#closeWith({ by: "us", code: "lost", error: error ?? cause });
    else if (isCorrupt) this.#closeWith({ by: "us", code: "error", error });
    else this.#closeWith({ by: "peer", code: "lost", error: error ?? cause });
  }

  async #closeWith(reason: CloseReason, timeout = this.closeTimeout): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#heartbeat.stop();
    this.#sendError ??= new IPCChannelError("ERR_IPC_CLOSED", "the channel is closed", {
      cause: reason.error,
    });
    this.#resolveEnded();
    if (reason.code === "lost" || reason.code === "timeout") await this.#connection.destroy();
    else if (reason.by === "peer") await this.#connection.leave(this.closeTimeout);
    else await this.#connection.close(reason.error?.code ?? "closed", Math.min(timeout, this.closeTimeout));
    this.#resolveClosed(reason);
  }
}
