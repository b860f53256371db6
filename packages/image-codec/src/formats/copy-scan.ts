import { EntropyReader } from "./entropy-reader.ts";
import type { ScanLayout } from "./jpeg-scan.ts";
import { isRestart, marker, nextMarker } from "./jpeg-segment.ts";

/**
 * Reads the data of one block. `block` is the number of the coding unit. In a scan of one component, a coding unit is
 * one block.
 */
export type BlockWalk = (reader: EntropyReader, block: number) => void;

/** Describes how the data of a scan is read. */
export interface ScanWalk {
  readonly layout: ScanLayout;
  /** Number of coding units between restart markers; 0 if the scan has no restart markers. */
  readonly interval: number;
  /**
   * Returns one function per component of the scan. Each function reads one block. Called at the start of the scan and
   * after each restart marker.
   */
  readonly begin: () => readonly BlockWalk[];
}

/**
 * Copies the data of the scan that starts at offset `from`, and returns the offset after it. Removes stray bytes before
 * restart markers and corrects the numbers of restart markers, if libjpeg can recover from these faults without loss.
 * Throws a `RangeError` if data is missing or broken.
 */
export function copyScan(
  data: Uint8Array,
  from: number,
  { layout, interval, begin }: ScanWalk,
  copy: ByteList,
): number {
  const { units, blocks } = layout;
  let at = from;
  for (let unit = 0, restart = 0; ; restart = (restart + 1) & 7) {
    const reader = new EntropyReader(data, at);
    const walks = begin();
    const last = interval > 0 ? Math.min(unit + interval, units) : units;
    for (; unit < last; unit++) {
      for (const index of blocks) walks[index]?.(reader, unit);
      if (reader.isBroken)
        throw new RangeError(`unit ${unit + 1} of ${units} of a scan has an invalid Huffman code`);
      if (reader.isShort) throw new RangeError(`the data of a scan ends in unit ${unit + 1} of ${units}`);
    }
    const { end } = reader;
    copy.add(data.subarray(at, end));
    if (unit === units) return end;
    at = restartAfter(data, end, restart);
    copy.add([0xff, marker.firstRestart + restart]);
  }
}

/**
 * Copies the data of a scan without checking it, for codings that this package does not decode. The data ends at the
 * next marker that is not a restart marker. Zeros at the end of arithmetic data have no meaning (ITU-T T.81, D.1.8) and
 * are removed.
 */
export function copyUncheckedScan(
  data: Uint8Array,
  from: number,
  { isArithmetic }: { readonly isArithmetic: boolean },
  copy: ByteList,
): number {
  let end = from;
  for (let at = from; ; ) {
    const found = nextMarker(data, at);
    end = found ? found.end - 2 : data.byteLength;
    if (!found || !isRestart(found.code)) break;
    at = found.end;
  }
  let last = end;
  while (isArithmetic && last > from + 1 && data[last - 1] === 0 && data[last - 2] !== 0xff) last--;
  copy.add(data.subarray(from, last));
  return end;
}

/** Finds the restart marker at which libjpeg continues (`jpeg_resync_to_restart`), and returns the offset after it. */
function restartAfter(data: Uint8Array, from: number, expected: number): number {
  for (let at = from; ; ) {
    const found = nextMarker(data, at);
    if (!found || (found.code >= marker.startOfBaseline && !isRestart(found.code))) break;
    at = found.end;
    if (!isRestart(found.code)) continue;
    const ahead = (found.code - marker.firstRestart - expected) & 7;
    if (ahead === 1 || ahead === 2) break;
    // libjpeg skips a marker that is one or two behind the expected number, and treats a marker that is 3, 4 or 5 ahead
    // as the expected marker.
    if (ahead < 6) return at;
  }
  throw new RangeError(`restart marker ${expected} of a scan is missing`);
}

/** Concatenates bytes in memory that is allocated once. */
export class ByteList {
  readonly #memory: Uint8Array;
  #length = 0;

  /** `most` is the maximum total number of bytes. */
  constructor(most: number) {
    this.#memory = Buffer.allocUnsafeSlow(most);
  }

  /** View of the bytes added so far. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  add(piece: ArrayLike<number>): void {
    this.#memory.set(piece, this.#length);
    this.#length += piece.length;
  }
}
