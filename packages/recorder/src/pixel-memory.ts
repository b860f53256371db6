/** Maximum number of buffers kept: one to decode into, one to rotate into, and one that holds the previous frame. */
const mostSpare = 3;

/** Keeps the memory of earlier frames for reuse, because a fresh buffer of frame size costs as much time as a copy. */
export class PixelMemory {
  #spare: Uint8Array[] = [];

  /** Returns a whole ArrayBuffer of exactly `byteLength` bytes with arbitrary content. */
  take(byteLength: number): Uint8Array {
    // All spare buffers have the same length, so one of another length means that the size of the frames has changed.
    if (this.#spare[0]?.byteLength !== byteLength) this.#spare = [];
    return this.#spare.pop() ?? new Uint8Array(Buffer.allocUnsafeSlow(byteLength).buffer);
  }

  /** Accepts memory for reuse. The caller must not use it afterwards. */
  give(memory: Uint8Array): void {
    const [other] = this.#spare;
    if (other && other.byteLength !== memory.byteLength) this.#spare = [];
    if (this.#spare.length < mostSpare) this.#spare.push(memory);
  }
}
