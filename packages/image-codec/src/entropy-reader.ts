import type { HuffmanTable } from "./huffman-table.ts";

/**
 * Reads Huffman codes and bits from the data of a scan, up to the next marker. Behind the data it gives zeros, as libjpeg
 * does; `isShort` says whether any of these were taken.
 */
export class EntropyReader {
  readonly #data: Uint8Array;
  #at: number;
  /** The lowest `#count` bits are those that were read ahead, and the lowest `#padding` of these are not in the data. */
  #bits = 0;
  #count = 0;
  #padding = 0;
  #isEnded = false;
  #isBroken = false;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  /** Whether more bits were taken than there are. */
  get isShort(): boolean {
    return this.#count < this.#padding;
  }

  /** Whether there was a code that its table does not have. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The offset behind the last byte of which a bit was taken. */
  get end(): number {
    let at = this.#at;
    for (let unread = (this.#count - this.#padding) >> 3; unread > 0; unread--) {
      at--;
      // A byte of 0xff is followed by a zero, and there may be any number of them before that.
      if (this.#data[at] === 0 && this.#data[at - 1] === 0xff) while (this.#data[at - 1] === 0xff) at--;
    }
    return at;
  }

  /** The symbol of the next code. */
  symbol({ quick, largest, offsets, symbols }: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const hit = quick[(this.#bits >>> (this.#count - 9)) & 0x1ff] as number;
    if (hit !== 0) {
      this.#count -= hit >> 8;
      return hit & 0xff;
    }
    for (let length = 10; length <= 16; length++) {
      const code = (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
      if (code > (largest[length] as number)) continue;
      this.#count -= length;
      return symbols[code + (offsets[length] as number)] as number;
    }
    this.#isBroken = true;
    return 0;
  }

  /** The next bits as a number; at most 16. */
  bits(length: number): number {
    if (this.#count < length) this.#fill();
    this.#count -= length;
    return (this.#bits >>> this.#count) & ((1 << length) - 1);
  }

  #fill(): void {
    while (this.#count <= 16) {
      this.#bits = (this.#bits << 8) | this.#byte();
      this.#count += 8;
    }
  }

  #byte(): number {
    const data = this.#data;
    const byte = this.#isEnded ? undefined : data[this.#at];
    if (byte !== undefined && byte !== 0xff) {
      this.#at++;
      return byte;
    }
    let at = this.#at;
    if (byte === 0xff) while (data[at] === 0xff) at++;
    if (byte === undefined || data[at] !== 0) {
      this.#isEnded = true;
      this.#padding += 8;
      return 0;
    }
    this.#at = at + 1;
    return 0xff;
  }
}
