import { inflateRawSync } from "node:zlib";
import { glyphEm } from "./glyph-data.ts";
import type { Mask } from "./surface.ts";

/** A letter: its ink, and where that lies from the pen, in pixels. */
export interface Glyph {
  readonly mask: Mask;
  /** From the pen to the left edge of the ink. */
  readonly left: number;
  /** From the baseline up to the top edge of the ink. */
  readonly top: number;
  /** From this letter's pen to the next one's. */
  readonly advance: number;
}

const firstLetter = 32;
const bytesOfMeasures = 6;

/** One font's letters (ASCII 32 to 126) as they were drawn at a large size. */
export class Typeface {
  readonly #glyphs: readonly Glyph[];

  /** @param data A constant of glyph-data.ts. */
  constructor(data: string) {
    const bytes = inflateRawSync(Buffer.from(data, "base64"));
    const count = "~".charCodeAt(0) - firstLetter + 1;
    let offset = count * bytesOfMeasures;
    this.#glyphs = Array.from({ length: count }, (_, index) => {
      const at = index * bytesOfMeasures;
      const width = bytes.readUInt8(at + 4);
      const height = bytes.readUInt8(at + 5);
      const alpha = Uint8Array.from(bytes.subarray(offset, offset + width * height), (value) => value * 17);
      offset += width * height;
      return {
        mask: { width, height, alpha },
        left: bytes.readInt8(at + 2),
        top: bytes.readInt8(at + 3),
        advance: bytes.readUInt16LE(at) / 64,
      };
    });
  }

  /** A letter at another size, with the pen `shift` (0 to 1) pixels into its pixel. */
  scale(letter: string, size: number, shift: number): Glyph {
    const glyph =
      this.#glyphs[letter.charCodeAt(0) - firstLetter] ?? this.#glyphs["?".charCodeAt(0) - firstLetter];
    if (glyph === undefined) throw new RangeError("a typeface without letters");
    const ratio = glyphEm / size;
    const left = Math.floor(glyph.left / ratio + shift);
    const top = Math.ceil(glyph.top / ratio);
    const columns = spans(glyph.mask.width, ratio, (left - shift) * ratio - glyph.left);
    const rows = spans(glyph.mask.height, ratio, glyph.top - top * ratio);
    return { mask: resample(glyph.mask, columns, rows), left, top, advance: glyph.advance / ratio };
  }
}

/** A stretch of the large drawing that one small pixel shows. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** The stretches of `length` large pixels, from `start` on, each `ratio` long (or 1, which smooths what grows). */
function spans(length: number, ratio: number, start: number): Span[] {
  const half = Math.max(1, ratio) / 2;
  const count = Math.ceil((length - start) / ratio);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const centre = start + (index + 0.5) * ratio;
    return { from: centre - half, to: centre + half };
  });
}

function resample(mask: Mask, columns: readonly Span[], rows: readonly Span[]): Mask {
  const alpha = new Uint8Array(columns.length * rows.length);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      let sum = 0;
      for (let v = Math.max(0, Math.floor(row.from)); v < Math.min(mask.height, row.to); v++) {
        const high = Math.min(v + 1, row.to) - Math.max(v, row.from);
        for (let u = Math.max(0, Math.floor(column.from)); u < Math.min(mask.width, column.to); u++) {
          const wide = Math.min(u + 1, column.to) - Math.max(u, column.from);
          sum += (mask.alpha[v * mask.width + u] ?? 0) * high * wide;
        }
      }
      alpha[y * columns.length + x] = sum / ((row.to - row.from) * (column.to - column.from));
    });
  });
  return { width: columns.length, height: rows.length, alpha };
}
