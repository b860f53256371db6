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
