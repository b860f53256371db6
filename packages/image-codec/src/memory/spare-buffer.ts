/** Keeps one buffer between uses, so that work that needs the same large one again and again does not allocate it. */
export class SpareBuffer {
  #spare: Buffer | undefined;

  /** At least as many bytes, of any content; whoever takes them has them alone until they are given back. */
  take(length: number): Buffer {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare && spare.byteLength >= length ? spare : Buffer.allocUnsafeSlow(length);
  }

  /** The largest one is kept. */
  give(buffer: Buffer): void {
    if (buffer.byteLength >= (this.#spare?.byteLength ?? 0)) this.#spare = buffer;
  }
}
