const code = {
  baseline: 0xc0,
  progressive: 0xc2,
  huffmanTables: 0xc4,
  startOfScan: 0xda,
  quantization: 0xdb,
  restartInterval: 0xdd,
  app0: 0xe0,
  app14: 0xee,
  app15: 0xef,
  comment: 0xfe,
} as const;

/** Markers that follow the header. Scan data contains none of them. APP1 holds EXIF. */
const startOfScan = Uint8Array.of(0xff, 0xda);
const endOfImage = Uint8Array.of(0xff, 0xd9);
const app1 = Uint8Array.of(0xff, 0xe1);

/** Maximum number of scans after the first one in a progressive JPEG. A decoder passes over the image for each scan. */
const mostMoreScans = 99;

/** Sampling factors of grey JPEGs, 4:4:4, 4:2:2, 4:4:0 and 4:2:0. ffmpeg and libjpeg agree on these. */
const plainSampling = new Set(["11", "12", "21", "22", "111111", "211111", "121111", "221111"]);

/** ffmpeg refuses a JPEG with more blocks of 8 × 8 pixels than this number for each byte. */
const blocksPerByte = 4;

/**
 * Returns a plain JPEG as parts that share its memory, or `undefined` if ffmpeg may reject the JPEG or decode it
 * differently than libjpeg. The caller must then decode it by other means.
 *
 * The parts leave out application segments and comments, because ffmpeg applies some of them: EXIF orientation, the
 * aspect ratio in JFIF, and comments that mark a frame as upside down, of limited range or as one field of two.
 * A plain JPEG has 8 bits per sample, Huffman codes, one component (grey) or three (YCbCr), all its tables, and an
 * end-of-image marker, after which the parts end. Its scans are only searched for markers, so broken scan data is not
 * detected.
 */
export function plainJpegParts(
  data: Uint8Array,
  { codedWidth, codedHeight }: CodedSize,
): Uint8Array[] | undefined {
  if (data[0] !== 0xff || data[1] !== 0xd8) return undefined;
  const header = new HeaderCheck();
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (let at = 2; at + 4 <= data.byteLength; ) {
    const [marker, name] = [data[at], data[at + 1] as number];
    const next = at + 2 + (((data[at + 2] as number) << 8) | (data[at + 3] as number));
    if (marker !== 0xff || next < at + 4 || next > data.byteLength) return undefined;
    const fields = data.subarray(at + 4, next);
    if ((name >= code.app0 && name <= code.app15) || name === code.comment) {
      if (name === code.app14 && !hasPlainTransform(fields)) return undefined;
      parts.push(data.subarray(kept, at));
      kept = next;
    } else if (name === code.startOfScan) {
      const end = asBuffer(data).indexOf(endOfImage, next) + endOfImage.byteLength;
      parts.push(data.subarray(kept, end));
      const rest = asBuffer(data.subarray(next, end));
      if (end <= next || rest.indexOf(app1) >= 0) return undefined;
      const moreScans = countOf(rest, startOfScan);
      return header.fits(fields, { codedWidth, codedHeight, parts, moreScans }) ? parts : undefined;
    } else if (!header.accepts(name, fields)) {
      return undefined;
    }
    at = next;
  }
  return undefined;
}

/** Size of a frame before its rotation. */
interface CodedSize {
  readonly codedWidth: number;
  readonly codedHeight: number;
}

interface JpegContent extends CodedSize {
  readonly parts: readonly Uint8Array[];
  /** Number of scans after the first one. */
  readonly moreScans: number;
}

/** Checks the segments before the first scan. */
class HeaderCheck {
  #process = 0;
  #frame: Uint8Array = new Uint8Array();
  /** Bit sets of the numbers of the tables that the JPEG has. */
  #quantization = 0;
  #dcTables = 0;
  #acTables = 0;

  /** Whether a segment other than a scan header is plain. */
  accepts(name: number, fields: Uint8Array): boolean {
    switch (name) {
      case code.quantization:
        return this.#acceptsQuantization(fields);
      case code.huffmanTables:
        return this.#acceptsHuffman(fields);
      case code.restartInterval:
        return fields.byteLength === 2;
      default:
        return name >= code.baseline && name <= code.progressive && this.#acceptsFrame(name, fields);
    }
  }

  /** Whether the JPEG has this size, enough bytes for it, not too many scans, and the tables of its first scan. */
  fits(scan: Uint8Array, { codedWidth, codedHeight, parts, moreScans }: JpegContent): boolean {
    const [, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0] = this.#frame;
    const [width, height] = [(widthHigh << 8) | widthLow, (heightHigh << 8) | heightLow];
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
    if (width !== codedWidth || height !== codedHeight || blocks > bytes * blocksPerByte) return false;
    if (moreScans > (this.#isProgressive ? mostMoreScans : 0)) return false;
    return this.#hasTables(scan);
  }

  get #isProgressive(): boolean {
    return this.#process === code.progressive;
  }

  /** Whether all tables of the first scan are present. The only scan of a sequential JPEG must have all components. */
  #hasTables(scan: Uint8Array): boolean {
    const count = scan[0] ?? 0;
    if (this.#process === 0 || count === 0 || scan.byteLength !== 4 + 2 * count) return false;
    if (scan[1 + 2 * count] !== 0 || (!this.#isProgressive && count !== this.#frame[5])) return false;
    for (let at = 2; at <= 2 * count; at += 2) {
      const tables = scan[at] as number;
      if (!has(this.#dcTables, tables >> 4)) return false;
      if (!this.#isProgressive && !has(this.#acTables, tables & 15)) return false;
    }
    return true;
  }

  #acceptsFrame(name: number, fields: Uint8Array): boolean {
    const count = fields[5] ?? 0;
    if (this.#process !== 0 || fields[0] !== 8 || fields.byteLength !== 6 + 3 * count) return false;
    this.#process = name;
    this.#frame = fields;
    let sampling = "";
    let ids = "";
    for (let at = 6; at < fields.byteLength; at += 3) {
      ids += String.fromCharCode(fields[at] as number);
      sampling += (fields[at + 1] as number).toString(16).padStart(2, "0");
      if (!has(this.#quantization, fields[at + 2] as number)) return false;
    }
    // libjpeg decodes components with these names as RGB or as YCbCr, depending on the application segments.
    return ids !== "RGB" && new Set(ids).size === count && plainSampling.has(sampling);
  }

  /** Tables of 16-bit values are rare, and ffmpeg refuses a table that contains zero. */
  #acceptsQuantization(fields: Uint8Array): boolean {
    for (let at = 0; at < fields.byteLength; at += 65) {
      const table = fields[at] as number;
      if (table > 3 || fields.subarray(at + 1, at + 65).includes(0)) return false;
      this.#quantization |= 1 << table;
    }
    return fields.byteLength % 65 === 0;
  }

  #acceptsHuffman(fields: Uint8Array): boolean {
    let at = 0;
    while (at + 17 <= fields.byteLength) {
      const table = fields[at] as number;
      if (table <= 3) this.#dcTables |= 1 << table;
      else if (table >= 0x10 && table <= 0x13) this.#acTables |= 1 << (table - 0x10);
      else return false;
      let symbols = 0;
      for (let length = 1; length <= 16; length++) symbols += fields[at + length] as number;
      at += 17 + symbols;
    }
    return at === fields.byteLength;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function countOf(bytes: Buffer, marker: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 2)) count++;
  return count;
}

function has(set: number, number: number): boolean {
  return number < 4 && ((set >> number) & 1) === 1;
}

/** Whether an APP14 segment leaves the colours as YCbCr. Any segment but Adobe's does, and Adobe's with transform 1. */
function hasPlainTransform(fields: Uint8Array): boolean {
  const isAdobe = String.fromCharCode(...fields.subarray(0, 5)) === "Adobe";
  return !isAdobe || (fields.byteLength >= 12 && fields[11] === 1);
}
