/** Payloads below this size are not worth keeping. */
const leastBytes = 64 * 1024;

/** As many buffers are kept at most, and as many bytes. */
const mostBuffers = 4;
const mostBytes = 64 * 1024 * 1024;

/**
 * Memory for payloads and pictures that goes round: the kernel has to clear fresh pages for every frame otherwise, and
 * the garbage collector to come for the old ones. At most four buffers are kept, and 64 MiB; below 64 KiB none is.
 */
export class PayloadPool {
  readonly #free: ArrayBuffer[] = [];

  /** An ArrayBuffer of its own, of just this length. What it holds is undefined. */
  take(length: number): Uint8Array {
    if (length < leastBytes) return new Uint8Array(length);
    const index = this.#free.findIndex(({ byteLength }) => byteLength === length);
    const [kept] = index < 0 ? [] : this.#free.splice(index, 1);
    return new Uint8Array(kept ?? Buffer.allocUnsafeSlow(length).buffer);
  }

  /**
   * Takes back the memory of a payload that this pool gave. Whoever still holds a view of it finds it empty from here
   * on. Nothing may be reading or writing it any more; giving it back twice does no harm.
   */
  giveBack(payload: Uint8Array): void {
    // Nothing is left of one that was given back, or moved elsewhere, before.
    if (payload.byteLength < leastBytes) return;
    const buffer = payload.buffer as ArrayBuffer;
    this.#free.push(structuredClone(buffer, { transfer: [buffer] }));
    while (this.#free.length > mostBuffers || this.#bytes > mostBytes) this.#free.shift();
  }

  get #bytes(): number {
    return this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
}
