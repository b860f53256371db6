/** Memory for small frames; a new one is begun when it is full, since the kernel may not be done with the old one. */
const slabBytes = 64 * 1024;

/** Packs small pieces side by side, so that many of them are one chunk to write. */
export class Packer {
  /** Where {@link reserve} gives room. */
  slab: Buffer = Buffer.alloc(0);
  /** What was reserved since the last cut. */
  #start = 0;
  #end = 0;

  /** The offset of `length` bytes in {@link slab} that are to be written now; what was packed before goes to `chunks` where the slab is full. */
  reserve(length: number, chunks: Uint8Array[]): number {
    if (this.#end + length > this.slab.length) {
      this.cut(chunks);
      this.slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
      this.#start = 0;
      this.#end = 0;
    }
    const offset = this.#end;
    this.#end += length;
    return offset;
  }

  /** Moves what was packed to the end of `chunks`. */
  cut(chunks: Uint8Array[]): void {
    if (this.#start === this.#end) return;
    chunks.push(this.slab.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }
}
