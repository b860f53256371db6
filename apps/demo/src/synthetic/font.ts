import type { Surface } from "./surface.ts";
import type { Glyph, Typeface } from "./typeface.ts";

/** Places in a pixel that a letter may start at: enough for even spacing. */
const shifts = 4;

/** A typeface at one size. */
export class Font {
  /** Pixels of the em square. */
  readonly size: number;
  readonly #typeface: Typeface;
  readonly #glyphs = new Map<string, Glyph>();

  constructor(typeface: Typeface, size: number) {
    this.#typeface = typeface;
    this.size = size;
  }

  /** Pixels that a text takes in a row. */
  measure(text: string): number {
    let width = 0;
    for (const letter of text) width += this.#glyph(letter, 0).advance;
    return width;
  }

  /** As much of a text as `width` pixels have room for. */
  fit(text: string, width: number): string {
    let length = 0;
    for (let pen = 0; length < text.length; length++) {
      pen += this.#glyph(text.charAt(length), 0).advance;
      if (pen > width) break;
    }
    return text.slice(0, length);
  }

  /** Writes one line, the pen starting at (`x`, `baseline`), and returns where it ends. */
  write(surface: Surface, text: string, x: number, baseline: number, color: number, opacity = 1): number {
    let pen = x;
    for (const letter of text) {
      const place = Math.round(pen * shifts) / shifts;
      const column = Math.floor(place);
      const glyph = this.#glyph(letter, place - column);
      surface.stamp(glyph.mask, column + glyph.left, Math.round(baseline) - glyph.top, color, opacity);
      pen += glyph.advance;
    }
    return pen;
  }

  #glyph(letter: string, shift: number): Glyph {
    const key = `${letter}${shift}`;
    const known = this.#glyphs.get(key);
    if (known !== undefined) return known;
    const glyph = this.#typeface.scale(letter, this.size, shift);
    this.#glyphs.set(key, glyph);
    return glyph;
  }
}
