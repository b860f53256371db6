import type { Duplex } from "node:stream";
import { type Frame, type FrameLimits, frameKind, type GoodbyeCode } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { Outbox } from "./outbox.ts";
import { PayloadPool } from "./payload-pool.ts";
import { readInPlace } from "./read-in-place.ts";

/** How a connection came to its end, seen from the reading side. */
export interface ConnectionEnd {
  /** What was wrong with the peer's bytes, or ERR_IPC_TRUNCATED_MESSAGE; `undefined` where the stream ended between two frames. */
  readonly error: IPCChannelError | undefined;
  /** What the stream said, ECONNRESET for one. */
  readonly cause: Error | undefined;
}

/** How long the two sides wait for each other's end once a goodbye is said, in ms. */
const lingerTimeout = 100;

/** Who is told of what arrives. */
export interface ConnectionHandler {
  onFrame(frame: Frame): void;
  /** Called once, after the last frame. */
  onEnd(end: ConnectionEnd): void;
}

/** What is read where no payload waits for it; one for all connections, since it is used up before the next one reads. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** With payloads of this size and more, what comes before the next one is read with little of it, and the rest in place. */
const inPlaceBytes = 32 * 1024;

/** Enough for a prefix and most headers. */
const headScratch: Buffer = scratch.subarray(0, 512);

/** A Duplex with frames on it: the thin shell between the stream's events and the pure decoder. */
export class Connection {
  readonly outbox: Outbox;
  /** Where the payloads' memory comes from, and may be given back to. */
  readonly pool: PayloadPool = new PayloadPool();
  readonly #duplex: Duplex;
  readonly #decoder: FrameDecoder;
  #target: Uint8Array = scratch;
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
    const socket = readInPlace(stream, {
      buffer: () => this.#nextTarget(),
      onRead: (length) => this.#onRead(length),
    });
    const duplex = socket ?? stream;
    this.#duplex = duplex;
    this.outbox = new Outbox(duplex);
    this.#closed = new Promise((resolve) => {
      if (duplex.closed) resolve();
      else duplex.once("close", resolve);
    });
    this.#readEnd = new Promise((resolve) => {
      this.#resolveReadEnd = resolve;
    });
    if (!socket) duplex.on("data", (chunk: unknown) => this.#receive(chunk));
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
    // Bytes that nobody wants any more are read all the same: a socket closed over unread bytes resets its peer.
    this.#duplex.resume();
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
    this.#duplex.resume();
    await this.#part();
    await this.destroy();
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
    await this.#closed;
  }

  #endWriting(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#duplex.destroyed) resolve();
      else this.#duplex.end(() => resolve());
    });
  }

  /** Where the socket reads to next: the rest of a large payload in place, all else into memory that is used over and over. */
  #nextTarget(): Uint8Array {
    const rest = this.#decoder.destination;
    if (rest && rest.length >= inPlaceBytes) this.#target = rest;
    else this.#target = this.#decoder.lastPayloadBytes >= inPlaceBytes ? headScratch : scratch;
    return this.#target;
  }

  #onRead(length: number): void {
    if (this.#ended) return;
    const isScratch = this.#target.buffer === scratch.buffer;
    if (isScratch) this.#decoder.push(scratch.subarray(0, length));
    else this.#decoder.fill(length);
    this.#drain();
    if (isScratch) this.#decoder.detach();
  }

  #receive(chunk: unknown): void {
    if (this.#ended) return;
    if (chunk instanceof Uint8Array) {
      this.#decoder.push(asBuffer(chunk));
      this.#drain();
    } else {
      this.#end({
        error: new IPCChannelError(
          "ERR_IPC_CORRUPT_MESSAGE",
          `the stream yields a ${typeof chunk}, not bytes`,
        ),
        cause: undefined,
      });
    }
  }

  #drain(): void {
    try {
      while (!this.#paused && !this.#ended) {
        const frame = this.#decoder.read();
        if (frame) this.#handler.onFrame(frame);
        else if (!this.#pushRest()) break;
      }
    } catch (error) {
      this.#end({ error: error as IPCChannelError, cause: undefined });
    }
    if (this.#streamEnd) this.#endStream(this.#streamEnd.cause);
  }

  /** A stream that broke while we were paused gives no more events, but still holds what it had read; false where that is nothing. */
  #pushRest(): boolean {
    const rest: unknown = this.#streamEnd ? this.#duplex.read() : null;
    if (!(rest instanceof Uint8Array)) return false;
    this.#decoder.push(asBuffer(rest));
    return true;
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

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Waits for the promise or for the time, whichever is first. */
async function settledWithin(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
