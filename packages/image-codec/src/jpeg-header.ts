/** What a JPEG says of itself before its pixels. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 is colour, 4 is made for print. */
  readonly components: number;
}

const startOfScan = 0xda;

/**
 * Reads the frame header (ITU-T T.81, B.2.2), or gives `undefined` where markers do not follow each other as they should.
 * It is stricter than decoders, which skip stray bytes: what it reads is what any of them will read.
 */
export function readJpegHeader(data: Uint8Array): JpegHeader | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.byteLength < 2 || view.getUint16(0) !== 0xffd8) return undefined;

  for (let at = 2; at + 4 <= data.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // Any number of these may fill the space before a marker.
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (!hasLength(marker) || marker === startOfScan || length < 2) return undefined;
    if (isStartOfFrame(marker)) {
      if (length < 8 || at + 10 > data.byteLength) return undefined;
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
      };
    }
    at += 2 + length;
  }
  return undefined;
}

/** Whether a segment follows the marker; 0 is no marker, and TEM, RSTn, SOI and EOI stand alone. */
function hasLength(marker: number): boolean {
  return marker > 0x01 && !(marker >= 0xd0 && marker <= 0xd9);
}

/** SOF0 to SOF15; DHT, JPG and DAC lie between them. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
