import { Socket, type SocketConstructorOpts } from "node:net";
import type { Duplex } from "node:stream";
import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import type { PayloadRoute } from "../payloads/payload-carrier.ts";
import type { FrameLimits } from "../wire/frame.ts";
import { FrameDecoder } from "../wire/frame-decoder.ts";
import { PayloadPool } from "../wire/payload-pool.ts";
import type { ConnectionHandler } from "./connection-handler.ts";

/** The memory for all bytes except large payloads. Shared by all connections: each one decodes or copies its bytes before another one reads. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** Memory for the read after a large payload. Holds a prefix and most headers, but little more, so that most of the next payload is read in place. */
const headScratch = scratch.subarray(0, 512);

/** Payloads of at least this many bytes are read in place: directly into their own memory. */
const inPlaceBytes = 32 * 1024;

/** Events of a {@link SocketReader} other than frames. */
export interface ReaderEvents {
  /** Called if the peer's bytes are invalid, or with the exception of the frame handler. */
  onError(error: IPCChannelError): void;
  /** Called if a write has failed. Bytes that the peer has sent can still be read. */
  onWriteError(error: Error): void;
}

/** Reads a stream and passes on its frames. A plain socket reads large payloads directly into their memory. Other streams are read by 'data' events. */
export class SocketReader {
  /** The stream to use from now on: a new socket that has taken over the connection, or the given stream. */
  readonly duplex: Duplex;
  /** Whether this is a plain kernel socket, whose writes complete as soon as the kernel has the bytes. */
  readonly isInPlace: boolean;
  /** Receives the frames. May be replaced at any time. */
  handler: Pick<ConnectionHandler, "onFrame">;
  /** The number of bytes that have arrived. */
  receivedBytes = 0;
  /** Whether {@link drain} holds back all frames. */
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

  /** The limits on messages, from the next frame on. */
  set limits(limits: FrameLimits) {
    this.#decoder.limits = limits;
  }

  /** Loads payloads that travel outside the stream, from the next frame on. */
  set route(route: PayloadRoute) {
    this.#decoder.route = route;
  }

  /** Passes on the frames that have arrived, until the handler pauses the reader. */
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

  /** Passes on all valid frames that have arrived, even while paused. Called before the stream is destroyed. */
  drainAll(): void {
    try {
      while (!this.#isDiscarding) {
        const frame = this.#decoder.read();
        if (frame) this.handler.onFrame(frame);
        else if (!this.pushRest()) return;
      }
    } catch {
      // A fault in the bytes is ignored, because the reason for destroying the stream is reported instead.
    }
  }

  /** Reads the bytes that an ended stream still holds, because a stream that broke while it was paused emits no more events. Returns false if there are none. */
  pushRest(): boolean {
    if (this.#isDiscarding) return false;
    // With this listener attached, read() may deliver the same bytes a second time.
    this.duplex.off("data", this.#onData);
    const rest: unknown = this.duplex.read();
    if (!(rest instanceof Uint8Array)) return false;
    this.#push(rest);
    return true;
  }

  /** Drops all bytes from now on. The bytes are still read, so that the peer can finish its writes. */
  discard(): void {
    this.#isDiscarding = true;
  }

  /** Must be called at the end of the stream. Throws ERR_IPC_TRUNCATED_MESSAGE if the stream ends inside a frame. */
  end(): void {
    this.#decoder.end();
  }

  /** Returns the memory for the next bytes: the rest of a large payload, or scratch memory. */
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
    // Other code may have resumed the stream.
    if (this.isPaused) this.duplex.pause();
    this.drain();
    if (decoder.unread > 0) decoder.detach();
  };

  readonly #onData = (chunk: unknown): void => {
    if (this.#isDiscarding) return;
    if (!(chunk instanceof Uint8Array)) {
      const message = `the stream must yield bytes, got a value of type ${typeof chunk}`;
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

/** The memory that a socket reads into, and the callbacks of the socket. */
export interface ReadTarget {
  /** Returns the memory for the next bytes. */
  readonly buffer: () => Uint8Array;
  /** Called after `length` bytes were read to the start of the memory that {@link buffer} returned. */
  readonly onRead: (length: number) => void;
  /** Called if a write has failed, most likely with EPIPE. Bytes that the peer has sent can still be read. */
  readonly onWriteError: (error: Error) => void;
}

/** Internals of Node's sockets that reading in place needs. Another runtime may lack them. */
interface SocketInternals {
  _handle?: { useUserBuffer?: unknown } | null;
}

/**
 * Makes a socket read directly into the caller's memory, which saves a copy of every byte. Node supports that only for a
 * socket that is constructed with the option `onread`, and a server does not set this option. So a new socket takes over the
 * connection and is returned, and the given socket is destroyed.
 *
 * Returns `undefined`, and leaves the stream unchanged, if the stream is not a plain socket, has already read bytes or has
 * pending writes, or if the runtime lacks the internals.
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
  // By default, a failed write destroys the socket, and received bytes that are still in the kernel are lost.
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
