import { isStartOfFrame, marker, standsAlone } from "./jpeg-marker.ts";

/** What a JPEG says of itself before its pixels. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 is colour, 4 is made for print. */
  readonly components: number;
}

/**
 * Reads the frame header (ITU-T T.81, B.2.2), or gives `undefined` where markers do not follow each other as they should.
 * It is stricter than decoders, which skip stray bytes: what it reads is what any of them will read. `decode` of the codec
 * skips them as well.
 */
export function readJpegHeader(data: Uint8Array): JpegHeader | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.byteLength < 2 || view.getUint16(0) !== 0xffd8) return undefined;

  for (let at = 2; at + 4 <= data.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const code = view.getUint8(at + 1);
    if (code === 0xff) {
      // Any number of these may fill the space before a marker.
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    if (code === 0 || standsAlone(code) || code === marker.startOfScan || length < 2) return undefined;
    if (isStartOfFrame(code)) {
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
