import type { EntropyReader, HuffmanTable } from "./entropy-reader.ts";

/** Passes over the data of one block; `block` is its number in the component, in the order of a scan of that component alone. */
export type BlockWalk = (reader: EntropyReader, block: number) => void;

/** A whole block of a sequential scan (ITU-T T.81, F.2.2). */
export function wholeBlock(dc: HuffmanTable, ac: HuffmanTable): BlockWalk {
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

/** The first bits of a block's mean (ITU-T T.81, G.1.2.1). */
export function firstDc(dc: HuffmanTable): BlockWalk {
  return (reader) => skipValue(reader, reader.symbol(dc));
}

/** One more bit of a block's mean. */
export function refiningDc(): BlockWalk {
  return (reader) => {
    reader.bits(1);
  };
}

/** Which coefficients of a component are not zero, 64 bits a block: scans that refine them have a bit for each of those. */
export class NonZeros {
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

/** Which coefficients a progressive scan is about. */
export interface Band {
  readonly first: number;
  readonly last: number;
  readonly nonZeros: NonZeros;
}

/** Coefficients that no scan before had (ITU-T T.81, G.1.2.2). The walk is for one stretch between restart markers. */
export function firstAc(ac: HuffmanTable, { first, last, nonZeros }: Band): BlockWalk {
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

/** One more bit of coefficients (ITU-T T.81, G.1.2.3). The walk is for one stretch between restart markers. */
export function refiningAc(ac: HuffmanTable, { first, last, nonZeros }: Band): BlockWalk {
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
