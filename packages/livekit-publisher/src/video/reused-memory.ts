/** Memory for one frame at a time. It is allocated again only when the size of the frames changes. */
export class ReusedMemory {
  #memory = new Uint8Array();

  /** Returns a whole ArrayBuffer of exactly `byteLength` bytes with arbitrary content, valid until the next call. */
  readonly take = (byteLength: number): Uint8Array<ArrayBuffer> => {
    if (this.#memory.byteLength !== byteLength) this.#memory = new Uint8Array(byteLength);
    return this.#memory;
  };
}
