/** Reuses frame-sized buffers. A capturer takes one for each frame and gives it back when the sample is disposed. */
export class BufferRing {
  readonly #byteLength: number;
  readonly #free: Uint8Array[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  /** A buffer for a frame; its content is undefined. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#byteLength);
  }

  /** Makes the buffer available again. */
  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
