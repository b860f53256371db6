import {
  type CloseReason,
  type IPCChannelLike,
  PayloadPool,
  type PayloadStats,
} from "@broadcast-ipc/ipc-channel";
import type { FailureReport, UploaderHello } from "@broadcast-ipc/protocol";
import { isFinal, type Reconnector } from "./reconnector.ts";
import type { SendSession } from "./send-session.ts";
import { UploaderConnection } from "./uploader-connection.ts";

/** Minimum time for the goodbye, in ms, after waiting samples and messages have used up `closeTimeout`. */
const goodbyeTimeout = 100;

const closedByUs: CloseReason = { by: "us", code: "closed" };

interface UploaderConnectionsOptions {
  readonly hello: UploaderHello;
  readonly session: SendSession;
  /** `undefined` if the uploader does not reconnect. */
  readonly reconnector: Reconnector | undefined;
  readonly onConnect: () => void;
  readonly onDisconnect: (reason: CloseReason) => void;
  readonly failures: FailureReport;
}

/** The channel of the next connection, or the reason why there is none. */
type Next = { readonly channel: IPCChannelLike } | { readonly reason: CloseReason };

/** The connections of an uploader, one after the other, until the uploader is closed or reconnecting fails permanently. */
export class UploaderConnections {
  /** Resolves when the last connection has ended. Never rejects. */
  readonly closed: Promise<CloseReason>;
  readonly #options: UploaderConnectionsOptions;
  readonly #pool = new PayloadPool();
  #connection: UploaderConnection | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #bytesEarlier = 0;
  #count = 0;

  constructor(first: IPCChannelLike, options: UploaderConnectionsOptions) {
    this.#options = options;
    this.closed = this.#run(first);
  }

  /** Whether the last connection has ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Number of connections so far. */
  get count(): number {
    return this.#count;
  }

  /** Payload bytes of the samples that were sent, over all connections. */
  get bytes(): number {
    return this.#bytesEarlier + (this.#connection?.bytes ?? 0);
  }

  /** See {@link UploaderStats.payloads}. */
  get payloads(): PayloadStats | undefined {
    return this.#connection?.payloads;
  }

  /** See {@link BroadcastUploader.allocate}. */
  allocate(bytes: number): Uint8Array<ArrayBuffer> & Disposable {
    return this.#connection?.allocate(bytes) ?? this.#pool.allocate(bytes);
  }

  /**
   * Stops accepting samples and messages, delivers the waiting ones for at most the channel's `closeTimeout`, and ends
   * the connection. Without a connection, the uploader ends at once.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    const { session, reconnector } = this.#options;
    this.#isClosed = true;
    reconnector?.stop();
    const drained = session.drain();
    if (connection) {
      const deadline = performance.now() + connection.closeTimeout;
      await within(connection.closeTimeout, drained);
      session.close();
      await connection.close(Math.max(goodbyeTimeout, deadline - performance.now()));
    }
    session.close();
    await this.closed;
  }

  /** Uses one connection after the other, until there is no next one. */
  async #run(first: IPCChannelLike): Promise<CloseReason> {
    let next: Next = { channel: first };
    while ("channel" in next && !this.#isClosed) next = await this.#use(next.channel);
    this.#isClosed = true;
    this.#options.session.close();
    if ("reason" in next) return next.reason;
    // close() was called while the next connection was being opened.
    await next.channel.close();
    return closedByUs;
  }

  /** Uses a channel until its connection ends. Resolves with the next channel, or with the reason why there is none. */
  async #use(channel: IPCChannelLike): Promise<Next> {
    const { hello, session, onConnect, onDisconnect, failures } = this.#options;
    const connection = new UploaderConnection(channel, { hello, handler: session, failures });
    this.#connection = connection;
    this.#count++;
    session.connect(connection);
    onConnect();
    const reason = await connection.closed;
    this.#connection = undefined;
    this.#bytesEarlier += connection.bytes;
    onDisconnect(reason);
    // A hello that could not be sent would fail on the next connection as well.
    return connection.isMute ? { reason } : this.#reconnect(reason);
  }

  async #reconnect(reason: CloseReason): Promise<Next> {
    const { reconnector, failures } = this.#options;
    if (this.#isClosed || !reconnector) return { reason };
    // A receiver that disconnects normally is not a failure. An error or a timeout is, because it may recur on each
    // connection.
    if (reason.code === "error" || reason.code === "timeout") failures.report(reason.error);
    if (isFinal(reason.error)) return { reason };
    try {
      return { channel: await reconnector.connect() };
    } catch (error) {
      if (this.#isClosed) return { reason: closedByUs };
      failures.report(error);
      return { reason: isFinal(error) ? { by: "peer", code: "error", error } : reason };
    }
  }
}

/** Waits for the promise, but at most this many ms. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
