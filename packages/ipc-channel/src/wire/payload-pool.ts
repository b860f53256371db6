import { IPCChannelError } from "../errors/ipc-channel-error.ts";
import { maxLength } from "./frame.ts";
import type { OwnBytes } from "./own-bytes.ts";

/** Memory for payloads. */
export interface PayloadMemory {
  /** Returns bytes over their own ArrayBuffer of exactly `length` bytes. The content is undefined. Throws if there is no memory. */
  take(length: number): Uint8Array;
  /** Gives back memory that {@link take} returned. */
  giveBack(payload: Uint8Array): void;
}

/** Throws a RangeError for a size that no payload can have. */
export function checkLength(bytes: number): void {
  if (!Number.isInteger(bytes) || bytes < 0 || bytes > maxLength)
    throw new RangeError(`bytes must be an integer from 0 to ${maxLength}, got ${bytes}`);
}

/** Allocates new memory for every payload. Its `giveBack` does nothing. */
export const freshMemory: PayloadMemory = { take: (length) => new Uint8Array(length), giveBack: () => {} };

/** Allocates memory for a payload. Throws ERR_IPC_RESOURCES if the allocation fails. */
export function allocate(memory: PayloadMemory, length: number): Uint8Array {
  try {
    return memory.take(length);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_RESOURCES", `no memory for a payload of ${length} bytes`, { cause });
  }
}

/** The size of the smallest payload whose memory is kept, in bytes. */
const leastBytes = 64 * 1024;

/** The maximum number of buffers, and of bytes, that are kept. */
const mostBuffers = 4;
const mostBytes = 64 * 1024 * 1024;

/**
 * Reuses the memory of payloads and video frames. Reuse saves the kernel from clearing pages, and the garbage collector from
 * freeing buffers. A pool keeps at most four buffers of at least 64 KiB each, with a total of at most 64 MiB.
 *
 * @internal For packages that are built on this one.
 */
export class PayloadPool implements PayloadMemory {
  readonly #free: ArrayBuffer[] = [];

  /** Returns bytes over their own ArrayBuffer of exactly `length` bytes. The content is undefined. */
  take(length: number): OwnBytes {
    if (length >= leastBytes) {
      for (let index = 0; index < this.#free.length; index++) {
        if (this.#free[index]?.byteLength !== length) continue;
        const [kept] = this.#free.splice(index, 1);
        return new Uint8Array(kept as ArrayBuffer);
      }
      return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer as ArrayBuffer);
    }
    return new Uint8Array(length);
  }

  /**
   * Returns memory of exactly `bytes` bytes that goes back to the pool when it is disposed. The content is undefined. Throws a
   * RangeError for an invalid size.
   */
  allocate(bytes: number): OwnBytes & Disposable {
    checkLength(bytes);
    const memory = this.take(bytes);
    return Object.assign(memory, { [Symbol.dispose]: () => this.giveBack(memory) });
  }

  /**
   * Returns the memory of a payload from {@link take} to the pool. Every view of that memory is empty from then on. No
   * read or write of the memory may be in flight. Giving a payload back twice has no effect.
   */
  giveBack(payload: Uint8Array): void {
    // A payload that was given back or transferred before is empty.
    if (payload.byteLength < leastBytes) return;
    const buffer = payload.buffer as ArrayBuffer;
    this.#free.push(structuredClone(buffer, { transfer: [buffer] }));
    let bytes = 0;
    for (const { byteLength } of this.#free) bytes += byteLength;
    while (this.#free.length > mostBuffers || bytes > mostBytes) bytes -= this.#free.shift()?.byteLength ?? 0;
  }
}
