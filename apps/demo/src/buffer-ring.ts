/** A pool of frame-sized buffers. A source takes a buffer for each frame and returns it when the sample is disposed. */
export class BufferRing {
  readonly #byteLength: number;
  readonly #free: Uint8Array[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  /** Returns a free buffer, or a new one if none is free. The buffer may contain an old frame. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#byteLength);
  }

  /** Returns a buffer to the pool. */
  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
