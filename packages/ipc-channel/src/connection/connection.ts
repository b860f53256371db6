import type { Duplex } from "node:stream";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { isOwnWriteError, lacksResources, systemError } from "../errors/system-error.ts";
import { type FrameLimits, frameKind, type GoodbyeCode } from "../wire/frame.ts";
import type { ConnectionEnd, ConnectionHandler } from "./connection-handler.ts";
import { EndWatch } from "./end-watch.ts";
import { Outbox } from "./outbox.ts";
import { Parting, settledWithin } from "./parting.ts";
import { SocketReader } from "./socket-reader.ts";

/** A stream of frames, both ways, and its end. It does not know what the frames mean. */
export class Connection {
  readonly outbox: Outbox;
  readonly #reader: SocketReader;
  readonly #duplex: Duplex;
  #handler: ConnectionHandler;
  /** The end of the stream, which waits until the frames before it are read. */
  #streamEnd: { readonly cause: Error | undefined } | undefined;
  /** Whether no more frames are handed out. */
  #ended = false;
  /** The end that the handler was given. */
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
    else duplex.resume(); // The caller may have paused it.
  }

  /** Replaces the handler, and the limits from the next frame on. If the connection has ended, the new handler is told in the next tick. */
  handOver(handler: ConnectionHandler, limits: FrameLimits): void {
    this.#handler = handler;
    this.#reader.handler = handler;
    this.#reader.limits = limits;
    const end = this.#end;
    if (end) process.nextTick(() => handler.onEnd(end));
  }

  /** How many bytes have arrived. */
  get receivedBytes(): number {
    return this.#reader.receivedBytes;
  }

  /** Whether {@link pause} holds back frames. */
  get isPaused(): boolean {
    return this.#reader.isPaused;
  }

  /** Holds back frames after the current one, and reading, until {@link resume}. */
  pause(): void {
    this.#reader.isPaused = true;
    this.#duplex.pause();
    this.#endWatch?.stop();
  }

  /** Hands out the frames that {@link pause} has held back, and reads on. */
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

  /** Sends a goodbye with this code, waits at most `timeout` ms until the stream has taken it, and destroys the stream. */
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
   * socket, writes under way get `timeout` ms to settle first, because the peer may have received them.
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

  /** Reads on and drops the bytes: closing a socket with unread bytes resets the connection. */
  #drop(): void {
    this.#stop();
    this.#duplex.resume();
  }

  /** Hands out no more frames. */
  #stop(): void {
    this.#ended = true;
    this.#reader.discard();
  }

  /** Drops the stream at once; resolves when it is closed. Sends that are still pending reject. */
  async destroy(): Promise<void> {
    this.#stop();
    this.#endWatch?.stop();
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the channel is closed"));
    await this.#parting.destroy();
  }

  /** Handles the end of the peer's bytes. After a goodbye, the peer's end is the answer. Only a stream that is not a plain socket may still complete writes then. */
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

  /** The peer reads no more, but bytes that it sent earlier can still be read. */
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
   * Ends the connection after a failed write. Hands out the messages that have arrived, then destroys the stream at once,
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
