import { type CloseReason, IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { FailureReport, UploaderHello } from "@broadcast-ipc/protocol";
import { isFinal, type Reconnector } from "./reconnector.ts";
import type { SendSession } from "./send-session.ts";
import { UploaderConnection } from "./uploader-connection.ts";

/** How long the goodbye may take after the time for delivering waiting samples and messages is used up, in ms. */
const goodbyeTimeout = 100;

interface UploaderConnectionsOptions {
  readonly hello: UploaderHello;
  readonly lanes: SendSession;
  /** `undefined` if the first connection is the only one. */
  readonly redialer: Reconnector | undefined;
  readonly onConnect: () => void;
  readonly onDisconnect: (reason: CloseReason) => void;
  readonly failures: FailureReport;
}

/** An uploader's connections, one after the other, until the uploader is closed or reconnecting fails for good. */
export class UploaderConnections {
  /** Resolves, never rejects, when the last connection has ended. */
  readonly closed: Promise<CloseReason>;
  readonly #options: UploaderConnectionsOptions;
  #link: UploaderConnection | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #bytesEarlier = 0;
  #count = 0;
  /** Whether the hello could not be sent. It would fail on another connection too. */
  #isMute = false;

  constructor(first: IPCChannel, options: UploaderConnectionsOptions) {
    this.#options = options;
    this.closed = this.#run(first);
  }

  /** Whether the last connection has ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The number of connections so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of pictures and sound that were sent over all connections. */
  get bytes(): number {
    return this.#bytesEarlier + (this.#link?.bytes ?? 0);
  }

  /**
   * Accepts nothing more, delivers waiting samples and messages for at most the channel's `closeTimeout`, and ends the
   * connection. Without a connection it ends at once.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const link = this.#link;
    const { lanes, redialer } = this.#options;
    this.#isClosed = true;
    redialer?.stop();
    const drained = lanes.drain();
    if (link) {
      const deadline = performance.now() + link.closeTimeout;
      await within(link.closeTimeout, drained);
      lanes.close();
      await link.close(Math.max(goodbyeTimeout, deadline - performance.now()));
    }
    lanes.close();
    await this.closed;
  }

  /** Uses one connection after the other, until there is no next one. */
  async #run(first: IPCChannel): Promise<CloseReason> {
    let next: IPCChannel | CloseReason = first;
    while (next instanceof IPCChannel && !this.#isClosed) {
      const reason: CloseReason = await this.#use(next);
      next = (await this.#redial(reason)) ?? reason;
    }
    this.#isClosed = true;
    this.#options.lanes.close();
    if (!(next instanceof IPCChannel)) return next;
    // The next connection was made while close() was called.
    await next.close();
    return { by: "us", code: "closed" };
  }

  /** Resolves when the connection has ended. */
  async #use(channel: IPCChannel): Promise<CloseReason> {
    const { hello, lanes, onConnect, onDisconnect, failures } = this.#options;
    const link: UploaderConnection = new UploaderConnection(channel, {
      hello,
      // At once, before the channel has closed: waiting samples must not be sent over a connection that has ended.
      onEnd: () => this.#link === link && lanes.disconnect(),
      onMessage: (message, payload) => lanes.receive(message, payload),
      failures,
    });
    this.#link = link;
    this.#count++;
    lanes.connect(link);
    onConnect();
    const reason = await link.closed;
    this.#isMute = link.isMute;
    this.#link = undefined;
    this.#bytesEarlier += link.bytes;
    lanes.disconnect();
    onDisconnect(reason);
    return reason;
  }

  /** Returns the next connection, or the reason why there is none; `undefined` if the end of the previous connection is that reason. */
  async #redial(reason: CloseReason): Promise<IPCChannel | CloseReason | undefined> {
    const { redialer, failures } = this.#options;
    if (this.#isClosed || this.#isMute || !redialer) return undefined;
    // A receiver that leaves is not a failure. An error or a timeout is reported, because it may repeat on each connection.
    if (reason.code === "error" || reason.code === "timeout") failures.report(reason.error);
    if (isFinal(reason.error)) return undefined;
    try {
      return await redialer.dial();
    } catch (error) {
      if (!this.#isClosed) failures.report(error);
      if (isFinal(error)) return { by: "peer", code: "error", error };
    }
    return this.#isClosed ? { by: "us", code: "closed" } : undefined;
  }
}

/** Waits for the promise, for at most this many ms. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
