/** Keeps one large buffer between uses, so that repeated work does not allocate it each time. */
export class SpareBuffer {
  #spare: Buffer | undefined;

  /** Returns a buffer of at least this length with any content. It is the caller's alone until {@link give}. */
  take(length: number): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare && spare.byteLength >= length ? spare : Buffer.allocUnsafeSlow(length);
  }

  /** Returns a buffer. The largest one is kept. */
  give(buffer: Buffer): void {
    if (buffer.byteLength >= (this.#spare?.byteLength ?? 0)) this.#spare = buffer;
  }
}
