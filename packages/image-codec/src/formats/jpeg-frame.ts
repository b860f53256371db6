import { isStartOfFrame, marker, nextSegment, standsAlone } from "./jpeg-segment.ts";

/** A colour component of a JPEG. */
export interface JpegComponent {
  readonly id: number;
  /** Sampling factors. A component has full resolution if its factors are the largest of the frame. */
  readonly horizontal: number;
  readonly vertical: number;
}

/** The frame header of a JPEG (ITU-T T.81, B.2.2). */
export interface JpegFrame {
  /** Code of the frame marker: 0xc0 is baseline, 0xc2 progressive, 0xc3 lossless, 0xc9 and above arithmetic. */
  readonly process: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

/**
 * Reads the first frame header. Like libjpeg, skips stray bytes and markers without a segment. Returns `undefined` if
 * libjpeg would find no frame header.
 */
export function readJpegFrame(data: Uint8Array): JpegFrame | undefined {
  if (data[0] !== 0xff || data[1] !== marker.startOfImage) return undefined;
  for (let found = nextSegment(data, 2); found; found = nextSegment(data, found.end)) {
    const { code, segment } = found;
    if (isStartOfFrame(code)) return frameOf(code, segment.subarray(4));
    if (code === marker.startOfImage || code === marker.endOfImage || code === marker.startOfScan) break;
  }
  return undefined;
}

function frameOf(process: number, segment: Uint8Array): JpegFrame | undefined {
  const count = segment[5];
  if (count === undefined || segment.byteLength !== 6 + 3 * count) return undefined;
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const components = Array.from({ length: count }, (_, index) => {
    const at = 6 + 3 * index;
    const factors = view.getUint8(at + 1);
    return { id: view.getUint8(at), horizontal: factors >> 4, vertical: factors & 15 };
  });
  return {
    process,
    precision: view.getUint8(0),
    height: view.getUint16(1),
    width: view.getUint16(3),
    components,
  };
}

/** Whether the JPEG is progressive (SOF2): later scans refine the coefficients of earlier ones. */
export function isProgressive({ process }: JpegFrame): boolean {
  return process === 0xc2;
}

/** Whether the JPEG is Huffman-coded: SOF0, SOF1 and SOF2. */
export function isHuffmanCoded({ process }: JpegFrame): boolean {
  return process >= 0xc0 && process <= 0xc2;
}

/** Whether the JPEG is arithmetic-coded: SOF9 to SOF15. */
export function isArithmetic({ process }: JpegFrame): boolean {
  return process >= 0xc9;
}

/** Returns the sampling factors of all components. "2x2,1x1,1x1" is 4:2:0. */
export function samplingOf({ components }: JpegFrame): string {
  return components.map(({ horizontal, vertical }) => `${horizontal}x${vertical}`).join();
}

/** Size and number of components from the frame header of a JPEG. */
export interface JpegHeader {
  /** Pixels in a row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** Number of colour components: 1 is grey, 3 is colour, 4 is CMYK. */
  readonly components: number;
}

/**
 * Reads the frame header of a JPEG (ITU-T T.81, B.2.2). Returns `undefined` if stray bytes lie between segments.
 * Decoders, including `decode()` of the codec, skip stray bytes. Because this function is stricter, every decoder finds
 * the same header as this function.
 *
 * @example
 * ```js
 * const header = readJpegHeader(jpeg);
 * if (header) console.log(`${header.width}x${header.height}`);
 * ```
 */
export function readJpegHeader(data: Uint8Array): JpegHeader | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.byteLength < 2 || view.getUint16(0) !== 0xffd8) return undefined;

  for (let at = 2; at + 4 <= data.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const code = view.getUint8(at + 1);
    if (code === 0xff) {
      // Any number of fill bytes may precede a marker.
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
