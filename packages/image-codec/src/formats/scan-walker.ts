import type { BlockWalk, ScanWalk } from "./copy-scan.ts";
import {
  type EntropyReader,
  type HuffmanCodes,
  type HuffmanTable,
  huffmanCodes,
  huffmanTable,
  standardHuffmanCodes,
} from "./entropy-reader.ts";
import { isProgressive, type JpegComponent, type JpegFrame } from "./jpeg-frame.ts";
import { type JpegScan, layoutOf, type ScanComponent } from "./jpeg-scan.ts";

/**
 * Maximum total number of blocks in the progressive scans of a JPEG. It limits the time of a check, because a few bytes
 * can encode millions of blocks. An 8K image with 20 scans has fewer blocks.
 */
const maxProgressiveBlocks = 2 ** 24;

/** Makes the functions that read the data of each scan. Keeps the state from earlier segments and scans. */
export class ScanWalker {
  readonly #frame: JpegFrame;
  readonly #codes: Map<number, HuffmanCodes>;
  readonly #nonZeros = new Map<JpegComponent, NonZeros>();
  #interval = 0;
  #progressiveBlocks = 0;

  constructor(frame: JpegFrame) {
    this.#frame = frame;
    this.#codes = new Map(isProgressive(frame) ? [] : standardHuffmanCodes());
  }

  /**
   * Adds the tables of a DHT segment. `segment` must not include the length field. Throws a `RangeError` if a table is
   * truncated.
   */
  addTables(segment: Uint8Array): void {
    for (const [key, codes] of huffmanCodes(segment)) this.#codes.set(key, codes);
  }

  /** Sets the restart interval from a DRI segment: the number of coding units between restart markers. */
  setInterval(units: number): void {
    this.#interval = units;
  }

  /**
   * Returns the functions that read the data of the next scan. Throws a `RangeError` if the headers or tables of the
   * scan are invalid.
   */
  walk(scan: JpegScan): ScanWalk {
    const layout = layoutOf(scan, this.#frame);
    if (!layout) throw new RangeError("the sampling factors are impossible");
    const { units, blocks } = layout;
    if (isProgressive(this.#frame)) {
      this.#progressiveBlocks += units * blocks.length;
      if (this.#progressiveBlocks > maxProgressiveBlocks)
        throw new RangeError("the progressive scans have too many blocks to check");
    }
    const makers = scan.components.map((each) => this.#maker(scan, each, units));
    return { layout, interval: this.#interval, begin: () => makers.map((make) => make()) };
  }

  #maker(scan: JpegScan, { component, dcTable, acTable }: ScanComponent, units: number): () => BlockWalk {
    const { first, last, refines } = scan;
    if (!isProgressive(this.#frame)) {
      const [dc, ac] = [this.#table(dcTable), this.#table(0x10 + acTable)];
      return () => wholeBlock(dc, ac);
    }
    if (first === 0) {
      if (refines) return refiningDc;
      const dc = this.#table(dcTable);
      return () => firstDc(dc);
    }
    const nonZeros = this.#nonZeros.get(component) ?? new NonZeros(units);
    this.#nonZeros.set(component, nonZeros);
    const ac = this.#table(0x10 + acTable);
    const band = { first, last, nonZeros };
    return () => (refines ? refiningAc(ac, band) : firstAc(ac, band));
  }

  #table(key: number): HuffmanTable {
    const codes = this.#codes.get(key);
    if (!codes) throw new RangeError("a Huffman table is missing");
    return huffmanTable(codes);
  }
}

/** Reads a block of a sequential scan (ITU-T T.81, F.2.2). */
function wholeBlock(dc: HuffmanTable, ac: HuffmanTable): BlockWalk {
  return (reader) => {
    skipValue(reader, reader.symbol(dc));
    for (let at = 1; at < 64; at++) {
      const symbol = reader.symbol(ac);
      const size = symbol & 15;
      if (size === 0 && symbol !== 0xf0) break;
      at += symbol >> 4;
      skipValue(reader, size);
    }
  };
}

/** Reads the first bits of a DC coefficient (ITU-T T.81, G.1.2.1). */
function firstDc(dc: HuffmanTable): BlockWalk {
  return (reader) => skipValue(reader, reader.symbol(dc));
}

/** Reads one more bit of a DC coefficient. */
function refiningDc(): BlockWalk {
  return (reader) => {
    reader.bits(1);
  };
}

/**
 * Marks the nonzero coefficients of a component with 64 bits per block. A refining scan has one bit for each nonzero
 * coefficient.
 */
class NonZeros {
  readonly #words: Int32Array;

  constructor(blocks: number) {
    this.#words = new Int32Array(2 * blocks);
  }

  add(block: number, at: number): void {
    const word = 2 * block + (at >> 5);
    this.#words[word] = (this.#words[word] as number) | (1 << (at & 31));
  }

  has(block: number, at: number): boolean {
    return (((this.#words[2 * block + (at >> 5)] as number) >>> (at & 31)) & 1) === 1;
  }
}

/** The band of coefficients in a progressive scan. */
interface Band {
  readonly first: number;
  readonly last: number;
  readonly nonZeros: NonZeros;
}

/** Reads the first bits of AC coefficients (ITU-T T.81, G.1.2.2). The returned function is valid up to the next restart marker. */
function firstAc(ac: HuffmanTable, { first, last, nonZeros }: Band): BlockWalk {
  let emptyBlocks = 0;
  return (reader, block) => {
    if (emptyBlocks > 0) {
      emptyBlocks--;
      return;
    }
    for (let at = first; at <= last; at++) {
      const symbol = reader.symbol(ac);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size === 0 && run < 15) {
        emptyBlocks = (1 << run) + reader.bits(run) - 1;
        break;
      }
      at += run;
      skipValue(reader, size);
      if (size > 0 && at <= last) nonZeros.add(block, at);
    }
  };
}

/** Reads one more bit of AC coefficients (ITU-T T.81, G.1.2.3). The returned function is valid up to the next restart marker. */
function refiningAc(ac: HuffmanTable, { first, last, nonZeros }: Band): BlockWalk {
  let emptyBlocks = 0;
  return (reader, block) => {
    let at = first;
    while (emptyBlocks === 0 && at <= last) {
      const symbol = reader.symbol(ac);
      const isNew = (symbol & 15) > 0;
      let run = symbol >> 4;
      if (!isNew && run < 15) {
        emptyBlocks = (1 << run) + reader.bits(run);
        break;
      }
      if (isNew) reader.bits(1);
      for (; at <= last; at++) {
        if (nonZeros.has(block, at)) reader.bits(1);
        else if (--run < 0) break;
      }
      if (isNew && at <= last) nonZeros.add(block, at);
      at++;
    }
    if (emptyBlocks === 0) return;
    for (; at <= last; at++) if (nonZeros.has(block, at)) reader.bits(1);
    emptyBlocks--;
  };
}

function skipValue(reader: EntropyReader, bits: number): void {
  if (bits > 0) reader.bits(bits & 15);
}
