import { isProgressive, type JpegComponent, type JpegFrame } from "./jpeg-frame.ts";

/** A component in a scan, with the numbers of its Huffman tables. */
export interface ScanComponent {
  readonly component: JpegComponent;
  readonly dcTable: number;
  readonly acTable: number;
}

/** The header of a scan (ITU-T T.81, B.2.3). */
export interface JpegScan {
  readonly components: readonly ScanComponent[];
  /** The first and the last coefficient, in zigzag order. */
  readonly first: number;
  readonly last: number;
  /** Whether the scan adds a bit to coefficients of earlier scans. */
  readonly refines: boolean;
}

/** The order of the blocks of 8 × 8 samples in a scan. */
export interface ScanLayout {
  /** Number of coding units. Restart markers lie only between units. */
  readonly units: number;
  /** For each block of a unit, the index of its component in the scan. */
  readonly blocks: readonly number[];
}

/**
 * Reads the scan header in an SOS segment. Returns `undefined` if the header does not fit the frame.
 * The coefficients of a sequential scan are always 0 to 63. Other values in its header are ignored, because some
 * cameras write zeros.
 */
export function readJpegScan(segment: Uint8Array, frame: JpegFrame): JpegScan | undefined {
  const count = segment[0] ?? 0;
  if (count < 1 || count > 4 || segment.byteLength !== 4 + 2 * count) return undefined;
  const components: ScanComponent[] = [];
  for (let index = 0; index < count; index++) {
    const tables = segment[2 + 2 * index] as number;
    const component = frame.components.find(({ id }) => id === segment[1 + 2 * index]);
    if (!component || components.some((other) => other.component === component)) return undefined;
    components.push({ component, dcTable: tables >> 4, acTable: tables & 15 });
  }
  const [first, last, bits] = segment.subarray(1 + 2 * count) as unknown as [number, number, number];
  if (!isProgressive(frame)) return { components, first: 0, last: 63, refines: false };
  const isPossible = first === 0 ? last === 0 : first <= last && last <= 63 && count === 1;
  return isPossible ? { components, first, last, refines: bits >> 4 > 0 } : undefined;
}

/** Computes the order of blocks in a scan (ITU-T T.81, A.2). Returns `undefined` if the sampling factors are impossible. */
export function layoutOf({ components }: JpegScan, frame: JpegFrame): ScanLayout | undefined {
  const widest = Math.max(...frame.components.map(({ horizontal }) => horizontal));
  const highest = Math.max(...frame.components.map(({ vertical }) => vertical));
  if (frame.components.some(({ horizontal, vertical }) => horizontal * vertical === 0)) return undefined;
  const [only] = components;
  if (components.length === 1 && only) {
    const { horizontal, vertical } = only.component;
    const columns = Math.ceil((frame.width * horizontal) / (8 * widest));
    const rows = Math.ceil((frame.height * vertical) / (8 * highest));
    return { units: columns * rows, blocks: [0] };
  }
  const units = Math.ceil(frame.width / (8 * widest)) * Math.ceil(frame.height / (8 * highest));
  const blocks = components.flatMap(({ component }, index) =>
    Array<number>(component.horizontal * component.vertical).fill(index),
  );
  // The standard and libjpeg allow at most 10 blocks in a unit.
  return blocks.length <= 10 ? { units, blocks } : undefined;
}

/** Maximum number of scans in a JPEG, as in libvips. Progressive JPEGs have about ten. */
const maxScans = 100;

const startOfScan = Uint8Array.of(0xff, 0xda);

/**
 * Whether a JPEG has more than {@link maxScans} scans. Decoding each scan passes over the whole image, even if the scan
 * has few bytes, so many scans could keep a decoder busy for hours.
 * Counts the SOS markers (ITU-T T.81, B.2.3) anywhere in the data. Entropy-coded data never contains one.
 */
export function hasTooManyScans(data: Uint8Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let scans = 0;
  for (let at = bytes.indexOf(startOfScan); at >= 0; at = bytes.indexOf(startOfScan, at + 2)) {
    if (++scans > maxScans) return true;
  }
  return false;
}
