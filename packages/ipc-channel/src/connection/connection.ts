import type { Duplex } from "node:stream";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { isOwnWriteError, lacksResources, systemError } from "../errors/system-error.ts";
import type { PayloadRoute } from "../payloads/payload-carrier.ts";
import { type FrameLimits, frameKind, type GoodbyeCode } from "../wire/frame.ts";
import type { ConnectionEnd, ConnectionHandler } from "./connection-handler.ts";
import { EndWatch } from "./end-watch.ts";
import { Outbox } from "./outbox.ts";
import { Parting, settledWithin } from "./parting.ts";
import { SocketReader } from "./socket-reader.ts";

/** Sends and receives frames over a stream, and reports the end of the stream. Does not interpret the frames. */
export class Connection {
  readonly outbox: Outbox;
  readonly #reader: SocketReader;
  readonly #duplex: Duplex;
  #handler: ConnectionHandler;
  /** Set once the stream has ended. The end is reported after all frames that arrived before it. */
  #streamEnd: { readonly cause: Error | undefined } | undefined;
  /** Whether frames are no longer passed to the handler. */
  #ended = false;
  /** The end that was reported to the handler. */
  #end: ConnectionEnd | undefined;
  readonly #parting: Parting;
  #left: Promise<void> | undefined;
  /** Set once a write has failed because the peer is gone. */
  #endWatch: EndWatch | undefined;

  constructor(stream: Duplex, limits: FrameLimits, handler: ConnectionHandler) {
    this.#handler = handler;
    this.#reader = new SocketReader(stream, limits, handler, {
      onError: (error) => this.#finish({ error, cause: undefined }),
      onWriteError: (cause) => {
        if (isOwnWriteError(cause)) this.#breakOff(cause);
        else this.#awaitEnd(cause);
      },
    });
    const { duplex } = this.#reader;
    this.#duplex = duplex;
    const fail = (cause: Error, isOwnFault = isOwnWriteError(cause)) =>
      isOwnFault ? this.#breakOff(cause) : this.#endStream(cause);
    this.outbox = new Outbox(duplex, fail);
    this.#parting = new Parting(duplex);
    duplex.once("end", () => this.#onEndOfReading());
    duplex.on("error", (cause: Error) => fail(cause));
    duplex.once("close", () => this.#endStream(undefined));
    if (duplex.destroyed || duplex.readableEnded) process.nextTick(() => this.#endStream(undefined));
    else duplex.resume(); // The caller may have paused the stream.
  }

  /** Lets payloads travel outside the stream, from the next frame on. */
  set route(route: PayloadRoute) {
    this.outbox.route = route;
    this.#reader.route = route;
  }

  /** Replaces the handler, and applies `limits` from the next frame on. If the connection has ended, calls the new handler's `onEnd` in the next tick. */
  handOver(handler: ConnectionHandler, limits: FrameLimits): void {
    this.#handler = handler;
    this.#reader.handler = handler;
    this.#reader.limits = limits;
    const end = this.#end;
    if (end) process.nextTick(() => handler.onEnd(end));
  }

  /** The number of bytes that have arrived. */
  get receivedBytes(): number {
    return this.#reader.receivedBytes;
  }

  /** Whether {@link pause} holds back frames. */
  get isPaused(): boolean {
    return this.#reader.isPaused;
  }

  /** Stops reading, and holds back all frames after the current one until {@link resume}. */
  pause(): void {
    this.#reader.isPaused = true;
    this.#duplex.pause();
    this.#endWatch?.stop();
  }

  /** Passes on the frames that {@link pause} has held back, and continues to read. */
  resume(): void {
    if (!this.#reader.isPaused) return;
    this.#reader.isPaused = false;
    this.#reader.drain();
    if (this.#streamEnd) {
      while (!this.#reader.isPaused && this.#reader.pushRest()) this.#reader.drain();
      this.#endStream(this.#streamEnd.cause);
    }
    if (this.#reader.isPaused || this.#ended) return;
    this.#duplex.resume();
    this.#endWatch?.start();
  }

  /** Sends a goodbye with this code, waits at most `timeout` ms until the goodbye is written, and destroys the stream. */
  async close(code: GoodbyeCode, timeout: number): Promise<void> {
    this.outbox.send(frameKind.goodbye, { code });
    this.#drop();
    await settledWithin(
      this.outbox.idle().then(() => this.#parting.linger()),
      timeout,
    );
    await this.destroy();
  }

  /**
   * Answers the peer's goodbye: rejects pending sends, ends the stream and destroys it. Over a stream that is not a plain
   * socket, writes in flight have `timeout` ms to settle first, because the peer may have received them.
   */
  leave(timeout: number): Promise<void> {
    this.#left ??= this.#leave(timeout);
    return this.#left;
  }

  async #leave(timeout: number): Promise<void> {
    const error = new IPCChannelError("ERR_IPC_CLOSED", "the peer has closed the channel");
    if (this.#reader.isInPlace) this.outbox.fail(error);
    else this.outbox.refuse(error);
    this.#drop();
    await settledWithin(this.outbox.idle(), timeout);
    await this.#parting.linger();
    await this.destroy();
  }

  /** Continues to read and drops the bytes, because closing a socket with unread bytes resets the connection. */
  #drop(): void {
    this.#stop();
    this.#duplex.resume();
  }

  /** Stops passing frames to the handler. */
  #stop(): void {
    this.#ended = true;
    this.#reader.discard();
  }

  /** Destroys the stream at once. Pending sends reject. Resolves when the stream is closed. */
  async destroy(): Promise<void> {
    this.#stop();
    this.#endWatch?.stop();
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the channel is closed"));
    await this.#parting.destroy();
  }

  /** Handles the end of the peer's bytes. After a goodbye, the end is expected, and a stream that is not a plain socket may still complete writes. */
  #onEndOfReading(): void {
    if (this.#ended && !this.#reader.isInPlace) this.#parting.onReadEnd();
    else this.#endStream(undefined);
  }

  #endStream(cause: Error | undefined): void {
    this.#streamEnd ??= { cause };
    this.#parting.onReadEnd();
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the peer is gone", { cause }));
    if (this.#reader.isPaused || this.#ended) return;
    let error: IPCChannelError | undefined;
    try {
      this.#reader.end();
    } catch (truncated) {
      error = truncated as IPCChannelError;
      if (this.#streamEnd.cause) error.cause = this.#streamEnd.cause;
    }
    this.#finish({ error, cause: this.#streamEnd.cause });
  }

  /** Handles a write that failed because the peer is gone. Bytes that the peer sent earlier can still be read. */
  #awaitEnd(cause: Error): void {
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the peer is gone", { cause }));
    if (this.#endWatch || this.#ended) return;
    this.#endWatch = new EndWatch(
      () => this.receivedBytes,
      () => this.#endStream(cause),
    );
    if (!this.#reader.isPaused) this.#endWatch.start();
  }

  /**
   * Ends the connection after a failed write. Passes on the messages that have arrived, then destroys the stream at once,
   * because the peer would read any later bytes as the rest of that write.
   */
  #breakOff(cause: Error): void {
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the connection broke", { cause }));
    this.#streamEnd ??= { cause };
    this.#reader.drainAll();
    this.#duplex.destroy();
    const error = lacksResources(cause)
      ? systemError("ERR_IPC_RESOURCES", "a write failed", cause)
      : undefined;
    this.#finish({ error, cause, isOwnFault: true });
  }

  #finish(end: ConnectionEnd): void {
    if (this.#ended) return;
    this.#stop();
    this.#end = end;
    this.#handler.onEnd(end);
  }
}
