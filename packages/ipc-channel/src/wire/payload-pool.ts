import { IPCChannelError } from "../errors/ipc-channel-error.ts";

/** Memory for payloads. */
export interface PayloadMemory {
  /** Returns an ArrayBuffer of its own, of exactly this length. Its content is undefined. Throws if there is no memory. */
  take(length: number): Uint8Array;
  /** Takes back what {@link take} returned. */
  giveBack(payload: Uint8Array): void;
}

/** Allocates every payload, and keeps none. */
export const freshMemory: PayloadMemory = { take: (length) => new Uint8Array(length), giveBack: () => {} };

/** Takes memory for a payload. Throws ERR_IPC_RESOURCES if there is none. */
export function allocate(memory: PayloadMemory, length: number): Uint8Array {
  try {
    return memory.take(length);
  } catch (cause) {
    throw new IPCChannelError("ERR_IPC_RESOURCES", `no memory for a payload of ${length} bytes`, { cause });
  }
}

/** Payloads with fewer bytes are not kept. */
const leastBytes = 64 * 1024;

/** The most buffers and the most bytes that are kept. */
const mostBuffers = 4;
const mostBytes = 64 * 1024 * 1024;

/**
 * Reuses the memory of payloads and video frames. For fresh memory, the kernel would clear pages and the garbage collector
 * would free the old buffers. A pool keeps at most four buffers and 64 MiB in all, and no buffer below 64 KiB.
 *
 * @internal For packages that are built on this one.
 */
export class PayloadPool implements PayloadMemory {
  readonly #free: ArrayBuffer[] = [];

  /** Returns an ArrayBuffer of its own, of exactly this length. Its content is undefined. */
  take(length: number): Uint8Array {
    if (length >= leastBytes) {
      for (let index = 0; index < this.#free.length; index++) {
        if (this.#free[index]?.byteLength !== length) continue;
        const [kept] = this.#free.splice(index, 1);
        return new Uint8Array(kept as ArrayBuffer);
      }
      return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    }
    return new Uint8Array(length);
  }

  /**
   * Takes back the memory of a payload that {@link take} returned. Every view of that memory is empty from then on.
   * Nothing may be reading or writing the memory any more. Giving it back twice does no harm.
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
