/** Picture-sized buffers that go round: taken for a capture, given back when nothing needs the picture any more. */
export class BufferRing {
  readonly #byteLength: number;
  readonly #free: Uint8Array[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  /** A buffer to write a picture into; what it holds is undefined. */
  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#byteLength);
  }

  /** The buffer may be written to again. */
  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}
