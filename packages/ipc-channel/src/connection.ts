import type { Duplex } from "node:stream";
import { type Frame, type FrameLimits, frameKind, type GoodbyeCode } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { Inflow } from "./inflow.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { Outbox } from "./outbox.ts";
import { PayloadPool } from "./payload-pool.ts";
import { settledWithin } from "./settled-within.ts";

/** How a connection came to its end, seen from the reading side. */
export interface ConnectionEnd {
  /** What was wrong with the peer's bytes, or ERR_IPC_TRUNCATED_MESSAGE; `undefined` where the stream ended between two frames. */
  readonly error: IPCChannelError | undefined;
  /** What the stream said, ECONNRESET for one. */
  readonly cause: Error | undefined;
}

/** How long the two sides wait for each other's end once a goodbye is said, in ms. */
const lingerTimeout = 100;

/** How long a destroyed stream may take to say that it is closed, in ms. */
const destroyTimeout = 1000;

/** Who is told of what arrives. */
export interface ConnectionHandler {
  onFrame(frame: Frame): void;
  /** Called once, after the last frame. */
  onEnd(end: ConnectionEnd): void;
}

/** A Duplex with frames on it: the thin shell between the stream's events and the pure decoder. */
export class Connection {
  readonly outbox: Outbox;
  /** Where the payloads' memory comes from, and may be given back to. */
  readonly pool: PayloadPool = new PayloadPool();
  readonly #inflow: Inflow;
  readonly #duplex: Duplex;
  readonly #decoder: FrameDecoder;
  #handler: ConnectionHandler;
  #paused = false;
  /** The stream's own end, held back while frames before it are still to be read. */
  #streamEnd: { readonly cause: Error | undefined } | undefined;
  #ended = false;
  /** Nothing more will be read. */
  readonly #readEnd: Promise<void>;
  #resolveReadEnd: () => void = () => {};
  readonly #closed: Promise<void>;
  #left: Promise<void> | undefined;

  constructor(stream: Duplex, limits: FrameLimits, handler: ConnectionHandler) {
    this.#decoder = new FrameDecoder(limits, (length) => this.pool.take(length));
    this.#handler = handler;
    this.#inflow = new Inflow(stream, this.#decoder, {
      onBytes: () => {
        // Somebody else may have resumed the stream.
        if (this.#paused) this.#duplex.pause();
        this.#drain();
      },
      onWriteError: (cause) => {
        this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the peer is gone", { cause }));
      },
      onError: (error) => this.#end({ error, cause: undefined }),
    });
    const { duplex } = this.#inflow;
    this.#duplex = duplex;
    this.outbox = new Outbox(duplex);
    this.#closed = new Promise((resolve) => {
      if (duplex.closed) resolve();
      else duplex.once("close", resolve);
    });
    this.#readEnd = new Promise((resolve) => {
      this.#resolveReadEnd = resolve;
    });
    duplex.once("end", () => this.#endStream(undefined));
    duplex.on("error", (cause: Error) => this.#endStream(cause));
    duplex.once("close", () => this.#endStream(undefined));
    if (duplex.destroyed || duplex.readableEnded) process.nextTick(() => this.#endStream(undefined));
    // Somebody may have paused it before it came to us.
    else duplex.resume();
  }

  /** Hands over to another handler, with other limits from the next frame on. */
  handOver(handler: ConnectionHandler, limits: FrameLimits): void {
    this.#handler = handler;
    this.#decoder.limits = limits;
  }

  /** How many bytes have come. */
  get receivedBytes(): number {
    return this.#inflow.bytes;
  }

  /** Whether frames are held back. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** No frame after the current one, and no reading, until {@link resume}. */
  pause(): void {
    this.#paused = true;
    this.#duplex.pause();
  }

  /** Goes on where {@link pause} stopped. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#drain();
    if (!this.#paused && !this.#ended) this.#duplex.resume();
  }

  /**
   * Tells the peer why nothing more will come, waits at most `timeout` ms until the stream has taken that and all
   * before it, and destroys the stream.
   */
  async close(code: GoodbyeCode, timeout: number): Promise<void> {
    this.#ended = true;
    this.outbox.send(frameKind.goodbye, { code });
    this.#drop();
    await settledWithin(
      this.outbox.idle().then(() => this.#part()),
      timeout,
    );
    await this.destroy();
  }

  /** The answer to the peer's goodbye: sends that are still pending reject, and the stream is ended and destroyed. */
  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    this.#ended = true;
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the peer has closed the channel"));
    this.#drop();
    await this.#part();
    await this.destroy();
  }

  /** Bytes that nobody wants any more are read all the same: a socket closed over unread bytes resets its peer. */
  #drop(): void {
    this.#inflow.discard();
    this.#duplex.resume();
  }

  /** Ends the stream, and reads on for a moment until the peer does so too: one that writes to a stream which is gone loses what it has not read of it, our goodbye first of all. */
  async #part(): Promise<void> {
    await settledWithin(Promise.all([this.#endWriting(), this.#readEnd]), lingerTimeout);
  }

  /** Drops the stream at once; resolves when it is closed. Sends that are still pending reject. */
  async destroy(): Promise<void> {
    this.#ended = true;
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the channel is closed"));
    this.#duplex.destroy();
    // Some streams never say that they are closed.
    await settledWithin(this.#closed, destroyTimeout);
  }

  #endWriting(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#duplex.destroyed) resolve();
      else this.#duplex.end(() => resolve());
    });
  }

  #drain(): void {
    try {
      while (!this.#paused && !this.#ended) {
        const frame = this.#decoder.read();
        if (frame) this.#handler.onFrame(frame);
        else if (!this.#streamEnd || !this.#inflow.pushRest()) break;
      }
    } catch (error) {
      this.#end({ error: error as IPCChannelError, cause: undefined });
    }
    if (this.#streamEnd) this.#endStream(this.#streamEnd.cause);
  }

  #endStream(cause: Error | undefined): void {
    this.#streamEnd ??= { cause };
    this.#resolveReadEnd();
    this.outbox.fail(new IPCChannelError("ERR_IPC_CLOSED", "the peer is gone", { cause }));
    if (this.#paused || this.#ended) return;
    let error: IPCChannelError | undefined;
    try {
      this.#decoder.end();
    } catch (truncated) {
      error = truncated as IPCChannelError;
      if (this.#streamEnd.cause) error.cause = this.#streamEnd.cause;
    }
    this.#end({ error, cause: this.#streamEnd.cause });
  }

  #end(end: ConnectionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handler.onEnd(end);
  }
}
