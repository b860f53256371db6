/** The number of cached strings, and the bytes reserved for each: one byte of length, then its text. Both are powers of two. */
const slots = 1024;
const slotBytes = 32;

/** The longest string that is cached, in bytes. */
export const maxCachedBytes: number = slotBytes - 1;

/** A cache of constant size for short ASCII strings. A lookup is cheaper than decoding the string again. */
export class StringCache {
  readonly #strings: string[] = new Array(slots).fill("");
  readonly #bytes = new Uint8Array(slots * slotBytes);

  /** Returns the string of these bytes, at most {@link maxCachedBytes}; `undefined` if a byte is not ASCII. */
  find(bytes: Buffer, start: number, length: number): string | undefined {
    const slot = slotOf(bytes, start, length);
    const kept = this.#bytes;
    const first = slot * slotBytes;
    if (kept[first] !== length) return this.#keep(slot, bytes, start, length);
    for (let index = 0; index < length; index++) {
      if (kept[first + 1 + index] !== bytes[start + index]) return this.#keep(slot, bytes, start, length);
    }
    return this.#strings[slot];
  }

  #keep(slot: number, bytes: Buffer, start: number, length: number): string | undefined {
    for (let index = start; index < start + length; index++) {
      if ((bytes[index] as number) > 0x7f) return undefined;
    }
    const string = internalized(bytes.toString("latin1", start, start + length));
    this.#strings[slot] = string;
    const first = slot * slotBytes;
    this.#bytes[first] = length;
    for (let index = 0; index < length; index++)
      this.#bytes[first + 1 + index] = bytes[start + index] as number;
    return string;
  }
}

/** Hashes the length and three bytes. Strings with the same hash replace each other. */
function slotOf(bytes: Buffer, start: number, length: number): number {
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length ^ (first << 2) ^ (middle << 4) ^ (last << 5)) & (slots - 1);
}

/** Returns the string internalized, as V8 stores property names: setting a property then skips that lookup. */
function internalized(string: string): string {
  return Object.keys({ [string]: 0 })[0] as string;
}
