import { marker, nextMarker, standsAlone } from "./jpeg-marker.ts";

/** A marker of a JPEG and what belongs to it. */
export interface JpegSegment {
  readonly code: number;
  /** The whole segment, from its marker on; of SOI and EOI, the marker. */
  readonly segment: Uint8Array;
  /** The offset behind it. */
  readonly end: number;
  /** How many bytes were skipped before it. */
  readonly stray: number;
}

/**
 * The next segment, SOI or EOI at or after an offset, as lenient as libjpeg: bytes before a marker, TEM and RSTn are
 * skipped. `undefined` where none is left, or where the data ends inside it.
 */
export function nextSegment(data: Uint8Array, from: number): JpegSegment | undefined {
  for (let at = from; ; ) {
    const found = nextMarker(data, at);
    if (!found) return undefined;
    const { code, stray } = found;
    at = found.end;
    if (code === marker.startOfImage || code === marker.endOfImage) {
      return { code, segment: data.subarray(at - 2, at), end: at, stray };
    }
    if (standsAlone(code)) continue;
    const length = ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    const end = at + length;
    // libjpeg takes an application's segment of an impossible length for an empty one.
    if (length < 2 && code >= marker.app0) {
      at += 2;
      continue;
    }
    if (length < 2 || end > data.byteLength) return undefined;
    return { code, segment: data.subarray(at - 2, end), end, stray };
  }
}
