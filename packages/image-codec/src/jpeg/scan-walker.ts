import {
  type BlockWalk,
  firstAc,
  firstDc,
  NonZeros,
  refiningAc,
  refiningDc,
  wholeBlock,
} from "./coefficients.ts";
import type { ScanWalk } from "./copy-scan.ts";
import {
  type HuffmanCodes,
  type HuffmanTable,
  huffmanCodes,
  huffmanTable,
  standardHuffmanCodes,
} from "./entropy-reader.ts";
import { isProgressive, type JpegComponent, type JpegFrame } from "./jpeg-frame.ts";
import { type JpegScan, layoutOf, type ScanComponent } from "./jpeg-scan.ts";

/** Progressive scans may pass over millions of blocks in a few bytes; an 8K picture has fewer in 20 scans. */
const maxProgressiveBlocks = 2 ** 24;

/** Remembers what scans need of the segments and scans before them. */
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

  /** Takes the tables of a DHT segment, without its length. Throws a `RangeError` where one is cut. */
  addTables(segment: Uint8Array): void {
    for (const [key, codes] of huffmanCodes(segment)) this.#codes.set(key, codes);
  }

  /** Takes the units between restart markers, as a DRI segment says. */
  setInterval(units: number): void {
    this.#interval = units;
  }

  /** How to pass over the data of the next scan. Throws a `RangeError` where that is impossible. */
  walk(scan: JpegScan): ScanWalk {
    const layout = layoutOf(scan, this.#frame);
    if (!layout) throw new RangeError("impossible sampling factors");
    const { units, blocks } = layout;
    if (isProgressive(this.#frame)) {
      this.#progressiveBlocks += units * blocks.length;
      if (this.#progressiveBlocks > maxProgressiveBlocks)
        throw new RangeError("more scans than can be checked");
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
