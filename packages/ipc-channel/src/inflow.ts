import type { Duplex } from "node:stream";
import type { FrameDecoder } from "./frame-decoder.ts";
import { IPCChannelError } from "./ipc-channel-error.ts";
import { readInPlace } from "./read-in-place.ts";

/** What is read where no payload waits for it; one for all connections, since it is used up before the next one reads. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** With payloads of this size and more, what comes before the next one is read with little of it, and the rest in place. */
const inPlaceBytes = 32 * 1024;

/** Enough for a prefix and most headers. */
const headScratch = scratch.subarray(0, 512);

/** Who is told what has come. */
export interface InflowHandler {
  /** The decoder has got more bytes. */
  onBytes(): void;
  /** Nothing more can be written, but what comes is still to be read. */
  onWriteError(error: Error): void;
  /** The stream gives something else than bytes. */
  onError(error: IPCChannelError): void;
}

/** The way of bytes from a stream into a decoder: straight to where they belong if the stream can do that, else by 'data' events. */
export class Inflow {
  /** The stream to use from here on: another one where that took over the connection. */
  readonly duplex: Duplex;
  /** Whether this is a plain kernel socket, whose writes complete as soon as the kernel has the bytes. */
  readonly isInPlace: boolean;
  readonly #decoder: FrameDecoder;
  readonly #handler: InflowHandler;
  #target: Uint8Array = scratch;
  #bytes = 0;
  #isDiscarding = false;
  readonly #listener = (chunk: unknown): void => this.#onData(chunk);

  constructor(stream: Duplex, decoder: FrameDecoder, handler: InflowHandler) {
    this.#decoder = decoder;
    this.#handler = handler;
    const socket = readInPlace(stream, {
      buffer: () => this.#nextTarget(),
      onRead: (length) => this.#onRead(length),
      onWriteError: (error) => handler.onWriteError(error),
    });
    this.duplex = socket ?? stream;
    this.isInPlace = socket !== undefined;
    if (!socket) stream.on("data", this.#listener);
  }

  /** How many bytes have come. */
  get bytes(): number {
    return this.#bytes;
  }

  /** From here on what comes is read, so that the peer gets rid of it, and dropped. */
  discard(): void {
    this.#isDiscarding = true;
  }

  /** A stream that broke while it was paused gives no more events, but still holds what it had read; false where that is nothing. */
  pushRest(): boolean {
    // Where nothing of the stream's own state says that it is over, read() would give it to the listener as well.
    this.duplex.off("data", this.#listener);
    const rest: unknown = this.duplex.read();
    if (!(rest instanceof Uint8Array)) return false;
    this.#push(rest);
    return true;
  }

  /** Where the socket reads to next: the rest of a large payload in place, all else into memory that is used over and over. */
  #nextTarget(): Uint8Array {
    const rest = this.#isDiscarding ? undefined : this.#decoder.destination;
    if (rest && rest.length >= inPlaceBytes) this.#target = rest;
    else this.#target = this.#decoder.lastPayloadBytes >= inPlaceBytes ? headScratch : scratch;
    return this.#target;
  }

  #onRead(length: number): void {
    if (this.#isDiscarding) return;
    this.#bytes += length;
    if (this.#target.buffer === scratch.buffer) {
      this.#decoder.push(scratch, length);
      this.#handler.onBytes();
      this.#decoder.detach();
    } else {
      this.#decoder.fill(length);
      this.#handler.onBytes();
    }
  }

  #onData(chunk: unknown): void {
    if (this.#isDiscarding) return;
    if (chunk instanceof Uint8Array) {
      this.#push(chunk);
      this.#handler.onBytes();
    } else {
      const what = `the stream yields a ${typeof chunk}, not bytes`;
      this.#handler.onError(new IPCChannelError("ERR_IPC_CORRUPT_MESSAGE", what));
    }
  }

  #push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#decoder.push(
      Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
    );
  }
}
