/** The codes of the JPEG markers that this package distinguishes (ITU-T T.81, table B.1). */
export const marker = {
  temporary: 0x01,
  startOfBaseline: 0xc0,
  huffmanTables: 0xc4,
  firstRestart: 0xd0,
  lastRestart: 0xd7,
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  restartInterval: 0xdd,
  app0: 0xe0,
  app2: 0xe2,
  app14: 0xee,
} as const;

/** A marker in the data of a JPEG. */
interface FoundMarker {
  readonly code: number;
  /** The offset after the marker. */
  readonly end: number;
}

/** Finds the next marker at or after an offset. Returns `undefined` if there is none. Skips the same bytes as libjpeg. */
export function nextMarker(data: Uint8Array, from: number): FoundMarker | undefined {
  for (let at = from; ; ) {
    const found = data.indexOf(0xff, at);
    if (found < 0) return undefined;
    at = found + 1;
    while (data[at] === 0xff) at++;
    const code = data[at];
    if (code === undefined) return undefined;
    at++;
    if (code !== 0) return { code, end: at };
  }
}

/** Whether a marker has no segment: TEM, RSTn, SOI and EOI. */
export function standsAlone(code: number): boolean {
  return code === marker.temporary || (code >= marker.firstRestart && code <= marker.endOfImage);
}

/** Whether a marker is RST0 to RST7. */
export function isRestart(code: number): boolean {
  return code >= marker.firstRestart && code <= marker.lastRestart;
}

/** Whether a marker is one of SOF0 to SOF15. DHT, JPG and DAC have codes in the same range. */
export function isStartOfFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

/** A marker and its segment. */
export interface JpegSegment {
  readonly code: number;
  /** The marker and its segment; for SOI and EOI, only the marker. */
  readonly segment: Uint8Array;
  /** The offset after the segment. */
  readonly end: number;
}

/**
 * Finds the next segment, SOI or EOI at or after an offset. Like libjpeg, skips TEM, RSTn and stray bytes before a
 * marker. Returns `undefined` if there is no further segment, or if the data ends inside the segment.
 */
export function nextSegment(data: Uint8Array, from: number): JpegSegment | undefined {
  for (let at = from; ; ) {
    const found = nextMarker(data, at);
    if (!found) return undefined;
    const { code } = found;
    at = found.end;
    if (code === marker.startOfImage || code === marker.endOfImage) {
      return { code, segment: data.subarray(at - 2, at), end: at };
    }
    if (standsAlone(code)) continue;
    const length = ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
    const end = at + length;
    // libjpeg treats an application segment of an impossible length as empty.
    if (length < 2 && code >= marker.app0) {
      at += 2;
      continue;
    }
    if (length < 2 || end > data.byteLength) return undefined;
    return { code, segment: data.subarray(at - 2, end), end };
  }
}
