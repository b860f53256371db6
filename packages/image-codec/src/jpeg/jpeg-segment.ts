/** The codes of JPEG markers that are told apart here (ITU-T T.81, table B.1). */
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

/** A marker, found where the search for it began or behind bytes that belong to nothing. */
export interface FoundMarker {
  readonly code: number;
  /** Where what follows the marker begins. */
  readonly end: number;
  /** How many bytes were skipped before the marker; fill bytes (0xff) are part of it. */
  readonly stray: number;
}

/** The next marker at or after an offset, or `undefined` where none is left. It skips what libjpeg skips. */
export function nextMarker(data: Uint8Array, from: number): FoundMarker | undefined {
  let at = from;
  let stray = 0;
  for (;;) {
    const found = data.indexOf(0xff, at);
    if (found < 0) return undefined;
    stray += found - at;
    at = found + 1;
    while (data[at] === 0xff) at++;
    const code = data[at];
    if (code === undefined) return undefined;
    at++;
    if (code !== 0) return { code, end: at, stray };
    stray += 2;
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

/** Whether a marker is SOF0 to SOF15; DHT, JPG and DAC lie between them. */
export function isStartOfFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

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
