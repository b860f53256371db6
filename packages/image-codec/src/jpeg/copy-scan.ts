import type { BlockWalk } from "./coefficients.ts";
import { EntropyReader } from "./entropy-reader.ts";
import type { ScanLayout } from "./jpeg-scan.ts";
import { isRestart, marker, nextMarker } from "./jpeg-segment.ts";

/** How to pass over the data of a scan. */
export interface ScanWalk {
  readonly layout: ScanLayout;
  /** Units between restart markers, or 0. */
  readonly interval: number;
  /** A walk for each component of the scan; asked for anew at each restart. */
  readonly begin: () => readonly BlockWalk[];
}

/**
 * Copies the data of a scan from an offset on, and gives the offset behind it. Stray bytes before restart markers are left
 * out, and wrong numbers of these corrected, where libjpeg goes on without a loss. Throws a `RangeError` where data is
 * missing or broken.
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
        throw new RangeError(`an impossible code in part ${unit + 1} of ${units} of a scan`);
      if (reader.isShort) throw new RangeError(`the data of a scan ends in part ${unit + 1} of ${units}`);
    }
    const { end } = reader;
    copy.add(data.subarray(at, end));
    if (unit === units) return end;
    at = restartAfter(data, end, restart);
    copy.add([0xff, marker.firstRestart + restart]);
  }
}

/**
 * The same for a coding that is not looked into: copies everything up to the next marker that is no restart. Zeros at the
 * end of arithmetic data say nothing (ITU-T T.81, D.1.8) and are left out.
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

/** The offset behind the restart marker that libjpeg goes on after (`jpeg_resync_to_restart`). */
function restartAfter(data: Uint8Array, from: number, expected: number): number {
  for (let at = from; ; ) {
    const found = nextMarker(data, at);
    if (!found || (found.code >= marker.startOfBaseline && !isRestart(found.code))) break;
    at = found.end;
    if (!isRestart(found.code)) continue;
    const ahead = (found.code - marker.firstRestart - expected) & 7;
    if (ahead === 1 || ahead === 2) break;
    // One that is late is skipped; any other number is taken for the expected one.
    if (ahead < 6) return at;
  }
  throw new RangeError(`restart marker ${expected} of a scan is missing`);
}

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
