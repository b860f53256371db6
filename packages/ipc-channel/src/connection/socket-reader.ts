import { Socket, type SocketConstructorOpts } from "node:net";
import type { Duplex } from "node:stream";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import type { FrameLimits } from "../wire/frame.ts";
import { FrameDecoder } from "../wire/frame-decoder.ts";
import { PayloadPool } from "../wire/payload-pool.ts";
import type { ConnectionHandler } from "./connection-handler.ts";

/** The memory for everything but large payloads. All connections share it, because each uses up its bytes before another one reads. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** Enough for a prefix and most headers. After a large payload only this much is read, so that most of the next payload is read in place. */
const headScratch = scratch.subarray(0, 512);

/** Payloads of this size and more are read in place. */
const inPlaceBytes = 32 * 1024;

/** What a {@link SocketReader} reports beside frames. */
export interface ReaderEvents {
  /** The peer's bytes are invalid, or the handler of a frame threw this. */
  onError(error: IPCChannelError): void;
  /** A write has failed, but what the peer has sent can still be read. */
  onWriteError(error: Error): void;
}

/** Reads a stream and hands out its frames. A plain socket reads large payloads straight into their memory; other streams give 'data' events. */
export class SocketReader {
  /** The stream to use from now on: a new socket if that has taken over the connection. */
  readonly duplex: Duplex;
  /** Whether this is a plain kernel socket, whose writes complete as soon as the kernel has the bytes. */
  readonly isInPlace: boolean;
  /** Where the frames go. It may be replaced at any time. */
  handler: Pick<ConnectionHandler, "onFrame">;
  /** How many bytes have arrived. */
  receivedBytes = 0;
  /** Whether {@link drain} hands out nothing. */
  isPaused = false;
  readonly #decoder: FrameDecoder;
  readonly #events: ReaderEvents;
  /** Whether the socket reads into the decoder's payload. */
  #isFilling = false;
  #isDiscarding = false;

  constructor(
    stream: Duplex,
    limits: FrameLimits,
    handler: Pick<ConnectionHandler, "onFrame">,
    events: ReaderEvents,
  ) {
    this.#decoder = new FrameDecoder(limits, new PayloadPool());
    this.handler = handler;
    this.#events = events;
    const socket = readInPlace(stream, {
      buffer: this.#nextTarget,
      onRead: this.#onRead,
      onWriteError: (error) => events.onWriteError(error),
    });
    this.duplex = socket ?? stream;
    this.isInPlace = socket !== undefined;
    if (!socket) stream.on("data", this.#onData);
  }

  /** The largest message that is accepted, from the next frame on. */
  set limits(limits: FrameLimits) {
    this.#decoder.limits = limits;
  }

  /** Hands out the frames that have arrived, until one of them pauses the reader. */
  drain(): void {
    const decoder = this.#decoder;
    try {
      while (!this.isPaused && !this.#isDiscarding) {
        const frame = decoder.read();
        if (!frame) return;
        this.handler.onFrame(frame);
        if (decoder.unread === 0) return;
      }
    } catch (error) {
      this.#events.onError(error as IPCChannelError);
    }
  }

  /** Hands out everything that has arrived and is valid, also while paused. For a stream that is about to be destroyed. */
  drainAll(): void {
    try {
      while (!this.#isDiscarding) {
        const frame = this.#decoder.read();
        if (frame) this.handler.onFrame(frame);
        else if (!this.pushRest()) return;
      }
    } catch {
      // The stream ends for another reason, which is the one to report.
    }
  }

  /** Reads what an ended stream still holds: a stream that broke while it was paused emits no more events. Returns false if there is nothing. */
  pushRest(): boolean {
    if (this.#isDiscarding) return false;
    // Otherwise read() may emit the bytes as well.
    this.duplex.off("data", this.#onData);
    const rest: unknown = this.duplex.read();
    if (!(rest instanceof Uint8Array)) return false;
    this.#push(rest);
    return true;
  }

  /** Drops all bytes from now on. They are still read, so that the peer can finish its writes. */
  discard(): void {
    this.#isDiscarding = true;
  }

  /** To be called at the end of the stream. Throws ERR_IPC_TRUNCATED_MESSAGE if the stream ends inside a frame. */
  end(): void {
    this.#decoder.end();
  }

  /** Returns the memory for the next bytes: the rest of a large payload, or the scratch. */
  readonly #nextTarget = (): Uint8Array => {
    const { payload, filled, payloadLength, unread } = this.#decoder;
    const isLarge = payloadLength >= inPlaceBytes;
    this.#isFilling = payload !== undefined && isLarge && unread === 0 && !this.#isDiscarding;
    if (this.#isFilling) return (payload as Uint8Array).subarray(filled);
    return isLarge && !this.#isDiscarding ? headScratch : scratch;
  };

  readonly #onRead = (length: number): void => {
    if (this.#isDiscarding) return;
    const decoder = this.#decoder;
    this.receivedBytes += length;
    if (this.#isFilling) {
      decoder.filled += length;
      if (decoder.filled < decoder.payloadLength) return;
    } else decoder.push(scratch, length);
    // Somebody else may have resumed the stream.
    if (this.isPaused) this.duplex.pause();
    this.drain();
    if (decoder.unread > 0) decoder.detach();
  };

  readonly #onData = (chunk: unknown): void => {
    if (this.#isDiscarding) return;
    if (!(chunk instanceof Uint8Array)) {
      const message = `the stream yields a ${typeof chunk}, not bytes`;
      this.#events.onError(new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", message));
      return;
    }
    this.#push(chunk);
    if (this.isPaused) this.duplex.pause();
    this.drain();
  };

  #push(chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    const isBuffer = Buffer.isBuffer(chunk);
    this.#decoder.push(isBuffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
  }
}

/** Where a socket puts the bytes that it reads, and what it reports. */
export interface ReadTarget {
  /** Returns the memory for the next bytes. */
  readonly buffer: () => Uint8Array;
  /** `length` bytes were read to the start of that memory. */
  readonly onRead: (length: number) => void;
  /** A write has failed, most likely with EPIPE. What the peer has sent can still be read. */
  readonly onWriteError: (error: Error) => void;
}

/** The internals of a socket that reading in place needs, if the runtime has them. */
interface SocketInternals {
  _handle?: { useUserBuffer?: unknown } | null;
}

/**
 * Makes a socket read straight into the caller's memory, which saves a copy of every byte. Node lets a socket do that only
 * if it is constructed for it, and a server does not construct such sockets. So a new socket takes over the connection and
 * is returned, and the given one is destroyed.
 *
 * Returns `undefined`, and leaves the stream as it is, if that is impossible: the stream is no plain socket, it has already
 * read bytes, it has pending writes, or the runtime has no such handle.
 */
export function readInPlace(duplex: Duplex, target: ReadTarget): Socket | undefined {
  // A derived class may transform the bytes that its handle reads, as a TLS socket does.
  const isPlainSocket = Object.getPrototypeOf(duplex) === Socket.prototype;
  if (!isPlainSocket || duplex.destroyed || duplex.readableEnded) return undefined;
  const given = duplex as Socket & SocketInternals;
  if (given.connecting || given.bytesRead > 0 || given.writableLength > 0) return undefined;
  if (typeof given._handle?.useUserBuffer !== "function") return undefined;
  const socket = new Socket({
    handle: given._handle,
    allowHalfOpen: given.allowHalfOpen,
    onread: { buffer: target.buffer, callback: target.onRead },
  } as SocketConstructorOpts);
  given._handle = null;
  // Otherwise a write that fails destroys the socket, and with it the bytes that the kernel still holds for us.
  socket._write = (chunk, encoding, callback) => {
    Socket.prototype._write.call(socket, chunk, encoding, (error) => {
      if (error) target.onWriteError(error);
      callback();
    });
  };
  socket._writev = (chunks, callback) => {
    Socket.prototype._writev?.call(socket, chunks, (error) => {
      if (error) target.onWriteError(error);
      callback();
    });
  };
  given.destroy();
  return socket;
}
