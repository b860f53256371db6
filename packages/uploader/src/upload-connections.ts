import { type CloseReason, IPCChannel } from "@broadcast-ipc/ipc-channel";
import type { FailureReport, UploaderHello } from "@broadcast-ipc/protocol";
import { isFinal, type Redialer } from "./redialer.ts";
import type { UploadLanes } from "./upload-lanes.ts";
import { UploadLink } from "./upload-link.ts";

/** How long a goodbye may take once the time to deliver what waited is over, in ms. */
const goodbyeTimeout = 100;

interface UploadConnectionsOptions {
  readonly hello: UploaderHello;
  readonly lanes: UploadLanes;
  /** Without it, the first connection is the only one. */
  readonly redialer: Redialer | undefined;
  readonly onConnect: () => void;
  readonly onDisconnect: (reason: CloseReason) => void;
  readonly failures: FailureReport;
}

/** An uploader's connections, one after the other, until it is closed or there is no way back to a receiver. */
export class UploadConnections {
  /** Resolves, never rejects, when the last one has ended and there will be no other. */
  readonly closed: Promise<CloseReason>;
  readonly #options: UploadConnectionsOptions;
  #link: UploadLink | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  #bytesEarlier = 0;
  #count = 0;
  /** Whether the hello could not be sent: another connection would end like that one. */
  #isMute = false;

  constructor(first: IPCChannel, options: UploadConnectionsOptions) {
    this.#options = options;
    this.closed = this.#run(first);
  }

  /** Whether it has ended, or {@link close} was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many connections there have been. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of pictures and sound that were sent over all of them. */
  get bytes(): number {
    return this.#bytesEarlier + (this.#link?.bytes ?? 0);
  }

  /**
   * Takes nothing more, delivers what waits for at most the channel's `closeTimeout`, and ends. Where there is no
   * connection it ends at once.
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

  /** One connection after the other, until there is no way back. */
  async #run(first: IPCChannel): Promise<CloseReason> {
    let next: IPCChannel | CloseReason = first;
    while (next instanceof IPCChannel && !this.#isClosed) {
      const reason: CloseReason = await this.#use(next);
      next = (await this.#redial(reason)) ?? reason;
    }
    this.#isClosed = true;
    this.#options.lanes.close();
    if (!(next instanceof IPCChannel)) return next;
    // It came back just when it was closed.
    await next.close();
    return { by: "us", code: "closed" };
  }

  /** Resolves when the connection has ended. */
  async #use(channel: IPCChannel): Promise<CloseReason> {
    const { hello, lanes, onConnect, onDisconnect, failures } = this.#options;
    const link: UploadLink = new UploadLink(channel, {
      hello,
      // At once, or what waits here would go into a connection that is over.
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

  /** The next connection, or why there is none; `undefined` where that is nothing but the end of the one before. */
  async #redial(reason: CloseReason): Promise<IPCChannel | CloseReason | undefined> {
    const { redialer, failures } = this.#options;
    if (this.#isClosed || this.#isMute || !redialer) return undefined;
    // A receiver that goes is no failure. Where one side gave up on the other, that may happen again and again.
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

/** Waits for the promise or for the time in ms, whichever is first. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
