/** Keeps one large buffer for reuse, so that repeated work does not allocate a buffer each time. */
export class SpareBuffer {
  #spare: Buffer | undefined;

  /** Returns a buffer of at least this length with arbitrary content. The caller owns the buffer until {@link give}. */
  take(length: number): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare && spare.byteLength >= length ? spare : Buffer.allocUnsafeSlow(length);
  }

  /** Accepts a buffer for reuse. Only the largest buffer is kept. */
  give(buffer: Buffer): void {
    if (buffer.byteLength >= (this.#spare?.byteLength ?? 0)) this.#spare = buffer;
  }
}
