/** How many strings are kept, and the room for each: a byte of length, then its bytes. Both are powers of two. */
const slots = 1024;
const slotBytes = 32;

/** The longest string that is kept, in bytes. */
export const maxCachedBytes: number = slotBytes - 1;

/** Short ASCII strings that were read before: to find one is cheaper than to make it anew. Of constant size. */
export class StringCache {
  readonly #strings: string[] = new Array(slots).fill("");
  readonly #bytes = new Uint8Array(slots * slotBytes);

  /** The string of these bytes, at most {@link maxCachedBytes}; `undefined` where they are not all ASCII. */
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

/** Three bytes tell most keys apart; where they do not, the two take turns in one slot. */
function slotOf(bytes: Buffer, start: number, length: number): number {
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[start + length - 1] as number;
  return (length ^ (first << 2) ^ (middle << 4) ^ (last << 5)) & (slots - 1);
}

/** The same string as V8 keeps it for property names, so that setting a property need not look that up. */
function internalized(string: string): string {
  return Object.keys({ [string]: 0 })[0] as string;
}
