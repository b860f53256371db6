/**
 * Reads Huffman codes and bits from the data of a scan, up to the next marker. After the end of the data, the reader
 * returns zeros, as libjpeg does, and `isShort` becomes true.
 */
export class EntropyReader {
  readonly #data: Uint8Array;
  #at: number;
  /** The lowest `#count` bits were read ahead. The lowest `#padding` of these are zeros after the end of the data. */
  #bits = 0;
  #count = 0;
  #padding = 0;
  #isEnded = false;
  #isBroken = false;

  constructor(data: Uint8Array, at: number) {
    this.#data = data;
    this.#at = at;
  }

  /** Whether more bits were read than the data has. */
  get isShort(): boolean {
    return this.#count < this.#padding;
  }

  /** Whether a code was read that is not in its table. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** The offset after the last byte from which a bit was read. */
  get end(): number {
    let at = this.#at;
    for (let unread = (this.#count - this.#padding) >> 3; unread > 0; unread--) {
      at--;
      // JPEG byte stuffing: 0xff in the data is followed by 0x00, and may be preceded by more 0xff.
      if (this.#data[at] === 0 && this.#data[at - 1] === 0xff) while (this.#data[at - 1] === 0xff) at--;
    }
    return at;
  }

  /** Reads the next code and returns its symbol. */
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

  /** Reads up to 16 bits as a number. */
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

/** Maximum length, in bits, of a code that one table lookup decodes. */
const quickBits = 9;

/** A Huffman table prepared for decoding. */
export interface HuffmanTable {
  /**
   * Indexed by the next nine bits: the length of the code in the high byte, its symbol in the low byte. 0 if the code
   * is longer.
   */
  readonly quick: Uint16Array;
  /** Indexed by code length: the largest code, or -1 if there is none. */
  readonly largest: Int32Array;
  /** Indexed by code length: the number to add to a code to get the index of its symbol. */
  readonly offsets: Int32Array;
  readonly symbols: Uint8Array;
}

/** A Huffman table as it is stored in a JPEG: the number of codes of each length, and the symbols in order. */
export interface HuffmanCodes {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/**
 * Reads the tables in a DHT segment (ITU-T T.81, B.2.4.2). The key is the class (0x00 for DC, 0x10 for AC) plus the
 * number of the table. Throws a `RangeError` if the segment ends inside a table.
 */
export function* huffmanCodes(segment: Uint8Array): Generator<[key: number, codes: HuffmanCodes]> {
  for (let at = 0; at < segment.byteLength; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const end = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    if (end > segment.byteLength) throw new RangeError("a Huffman table is truncated");
    yield [segment[at] as number, { counts, symbols: segment.subarray(at + 17, end) }];
    at = end;
  }
}

/** Prepares a table for decoding. Throws a `RangeError` if the table has more codes of one length than are possible. */
export function huffmanTable({ counts, symbols }: HuffmanCodes): HuffmanTable {
  const quick = new Uint16Array(1 << quickBits);
  const largest = new Int32Array(17).fill(-1);
  const offsets = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    offsets[length] = index - code;
    for (let left = counts[length - 1] ?? 0; left > 0; left--, code++, index++) {
      if (code >> length > 0) throw new RangeError("a Huffman table has too many codes of one length");
      largest[length] = code;
      if (length > quickBits) continue;
      const step = quickBits - length;
      quick.fill((length << 8) | (symbols[index] as number), code << step, (code + 1) << step);
    }
  }
  return { quick, largest, offsets, symbols };
}

/**
 * The tables of ITU-T T.81, K.3, as a DHT segment. libjpeg uses them for a sequential JPEG without tables, such as a
 * Motion JPEG frame.
 */
const standardSegment: string =
  "AAABBQEBAQEBAQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEV" +
  "UtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeY" +
  "mZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAA" +
  "AAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGhscEJIzNS8BVictEKFiQ04SXxFxgZ" +
  "GiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1" +
  "tre4ubrCw8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fo=";

/** Returns the standard tables, which apply to a sequential JPEG without tables. */
export function standardHuffmanCodes(): Iterable<[key: number, codes: HuffmanCodes]> {
  return huffmanCodes(Buffer.from(standardSegment, "base64"));
}
