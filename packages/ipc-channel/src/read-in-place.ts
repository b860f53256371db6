import { Socket, type SocketConstructorOpts } from "node:net";
import type { Duplex } from "node:stream";

/** Where a socket puts what it reads, and who is told. */
export interface ReadTarget {
  /** The memory that the next bytes are read into. */
  buffer(): Uint8Array;
  /** `length` bytes were read to the start of it. */
  onRead(length: number): void;
  /** A write failed, EPIPE most likely. The socket lives on: what the peer sent before it went is still to be read. */
  onWriteError(error: Error): void;
}

/** What of a socket's inside is needed, where the runtime has it. */
interface SocketInside {
  _handle?: { useUserBuffer?: unknown } | null;
}

/**
 * Makes a socket read straight into memory of ours, which spares a copy of every byte: a new one that takes over the
 * connection of the given one, which is destroyed. Both kinds of sockets can do that only when they are made (and those
 * that a server accepts not at all), so the connection has to move.
 *
 * `undefined` where that is not possible: other streams than plain sockets, one that has already read something, or a
 * runtime that does it another way. Then the stream is as it was.
 */
export function readInPlace(duplex: Duplex, target: ReadTarget): Socket | undefined {
  if (!isPlainSocket(duplex) || duplex.destroyed || duplex.readableEnded || duplex.connecting)
    return undefined;
  const inside = duplex as Socket & SocketInside;
  const isFresh = duplex.bytesRead === 0 && duplex.writableLength === 0;
  if (!isFresh || typeof inside._handle?.useUserBuffer !== "function") return undefined;
  const options = {
    handle: inside._handle,
    allowHalfOpen: duplex.allowHalfOpen,
    onread: {
      buffer: () => target.buffer(),
      callback: (length: number) => {
        target.onRead(length);
        return true;
      },
    },
  };
  inside._handle = null;
  const socket = new Socket(options as SocketConstructorOpts);
  // Left alone, a write that fails destroys the socket, and with it what the kernel holds for us to read.
  const guarded = (callback: (error?: Error | null) => void) => (error?: Error | null) => {
    if (error) target.onWriteError(error);
    callback();
  };
  socket._write = (chunk, encoding, callback) =>
    Socket.prototype._write.call(socket, chunk, encoding, guarded(callback));
  socket._writev = (chunks, callback) => Socket.prototype._writev?.call(socket, chunks, guarded(callback));
  duplex.destroy();
  return socket;
}

/** A socket and nothing derived from it: a TLS socket's bytes are not those that its handle reads. */
function isPlainSocket(duplex: Duplex): duplex is Socket {
  return Object.getPrototypeOf(duplex) === Socket.prototype;
}
