/** Bytes that are put together from pieces, in memory that is allocated once. */
export class ByteList {
  readonly #memory: Uint8Array;
  #length = 0;

  /** There can be no more bytes than these. */
  constructor(most: number) {
    this.#memory = Buffer.allocUnsafeSlow(most);
  }

  /** The bytes so far: a view, not a copy. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  add(piece: ArrayLike<number>): void {
    this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }
}
