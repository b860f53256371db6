import type { Writable } from "node:stream";
import type { IPCChannelError } from "./ipc-channel-error.ts";

/** About how much goes to the stream at once: many small frames share a system call, a large one has its own. */
const batchBytes = 64 * 1024;

/** A batch with less room than this is full. */
const roomForOne = 4 * 1024;

/** Frames that are written together, and the promise of all who sent them. */
export class Batch {
  /** What is to be written, in order. */
  readonly chunks: Uint8Array[] = [];
  /** Settles with the whole batch; a rejection that nobody awaits stays silent. */
  readonly written: Promise<void>;
  bytes = 0;
  messages = 0;
  #resolve: () => void = () => {};
  #reject: (error: IPCChannelError) => void = () => {};

  constructor() {
    this.written = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether it is large enough not to wait for more. */
  get isFull(): boolean {
    return this.bytes >= batchBytes - roomForOne;
  }

  /** Whether a frame of this many bytes belongs in here; the first one always does. */
  hasRoomFor(bytes: number): boolean {
    return this.bytes === 0 || this.bytes + bytes <= batchBytes;
  }

  /** Whether the chunks are still as long as the frames; a payload whose memory was transferred meanwhile is not. */
  get isWhole(): boolean {
    let bytes = 0;
    for (const { length } of this.chunks) bytes += length;
    return bytes === this.bytes;
  }

  /** Writes all chunks to the stream at once. `onTaken` is called after the stream has taken the last chunk, or with the write's error. */
  writeTo(stream: Writable, onTaken: (error?: Error | null) => void): void {
    const last = this.chunks.length - 1;
    if (last > 0) stream.cork();
    for (let index = 0; index < last; index++) stream.write(this.chunks[index]);
    stream.write(this.chunks[last], onTaken);
    if (last > 0) stream.uncork();
  }

  resolve(): void {
    this.#resolve();
  }

  reject(error: IPCChannelError): void {
    this.written.catch(ignore);
    this.#reject(error);
  }
}

function ignore(): void {}
