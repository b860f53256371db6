import { outlines, unitsPerEm } from "./inter-medium.ts";
import type { Mask, Surface } from "./surface.ts";

/** Number of subpixel positions at which a letter can start. Subpixel positions make the spacing even. */
const positions = 4;
/** Scan lines for each row of pixels. */
const scanLines = 16;
/** Line segments for each curve. */
const segments = 8;

type Point = readonly [x: number, y: number];
type Glyph = Mask & { readonly left: number; readonly top: number };

const letters = new Map(
  [...outlines.matchAll(/^(.) (\d+) ?(.*)$/gm)].map(([, letter = "", advance, path = ""]) => {
    return [letter, { advance: Number(advance) / unitsPerEm, contours: toContours(path) }];
  }),
);

/** The font Inter Medium at one size. Only the letters in inter-medium.ts are available. */
export class Font {
  /** Size of the em square in pixels. */
  readonly #size: number;
  readonly #glyphs = new Map<string, Glyph>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Returns the width of a line of text in pixels. */
  measure(text: string): number {
    return [...text].reduce((width, letter) => width + (letters.get(letter)?.advance ?? 0) * this.#size, 0);
  }

  /** Writes a line of text that starts at (`x`, `baseline`). Returns the x coordinate of the end of the text. */
  write(surface: Surface, text: string, x: number, baseline: number, color: number): number {
    let pen = x;
    for (const letter of text) {
      const start = Math.round(pen * positions) / positions;
      const glyph = this.#glyph(letter, start % 1);
      surface.stamp(glyph, Math.floor(start) + glyph.left, Math.round(baseline) + glyph.top, color);
      pen += this.measure(letter);
    }
    return pen;
  }

  /** Returns the mask of a letter whose origin is `shift` pixels (0 to 1) right of the left edge of a pixel. */
  #glyph(letter: string, shift: number): Glyph {
    const key = letter + shift;
    const glyph = this.#glyphs.get(key) ?? rasterize(letters.get(letter)?.contours ?? [], this.#size, shift);
    this.#glyphs.set(key, glyph);
    return glyph;
  }
}

/** Fills closed contours by the nonzero rule. Contours are scaled by `size` and then moved right by `shift` pixels. */
function rasterize(contours: readonly Point[][], size: number, shift: number): Glyph {
  const scaled = contours.map((points) => points.map(([x, y]): Point => [x * size + shift, y * size]));
  const left = Math.floor(Math.min(0, ...scaled.flat().map(([x]) => x)));
  const top = Math.floor(Math.min(0, ...scaled.flat().map(([, y]) => y)));
  const width = Math.ceil(Math.max(0, ...scaled.flat().map(([x]) => x))) - left + 2;
  const height = Math.ceil(Math.max(0, ...scaled.flat().map(([, y]) => y))) - top;

  // Each edge adds a difference at each scan line that it crosses. The running sum of the differences is the coverage.
  const differences = new Float64Array(width * height);
  const add = (at: number, difference: number) => {
    differences[at] = (differences[at] ?? 0) + difference;
  };
  for (const points of scaled) {
    let [fromX, fromY] = points.at(-1) ?? [0, 0];
    for (const [toX, toY] of points) {
      const weight = Math.sign(toY - fromY) / scanLines;
      const end = Math.max(fromY, toY) * scanLines - 0.5;
      for (let line = Math.ceil(Math.min(fromY, toY) * scanLines - 0.5); line < end; line++) {
        const y = (line + 0.5) / scanLines;
        const x = fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX) - left;
        const at = (Math.floor(y) - top) * width + Math.floor(x);
        add(at, weight * (1 - (x % 1)));
        add(at + 1, weight * (x % 1));
      }
      [fromX, fromY] = [toX, toY];
    }
  }
  let sum = 0;
  const alpha = Uint8Array.from(differences, (difference, at) => {
    sum = at % width === 0 ? difference : sum + difference;
    return Math.round(255 * Math.min(1, Math.abs(sum)));
  });
  return { width, height, alpha, left, top };
}

/** Parses SVG path data with the commands M, L and Q. Returns coordinates in em. */
function toContours(path: string): Point[][] {
  const contours: Point[][] = [];
  let from: Point = [0, 0];
  for (const [, command, text = ""] of path.matchAll(/([MLQ])([^MLQ]+)/g)) {
    const [a = 0, b = 0, c = a, d = b] = (text.match(/-?\d+/g) ?? []).map((n) => Number(n) / unitsPerEm);
    if (command === "M") contours.push([]);
    for (let t = command === "Q" ? 1 / segments : 1; t <= 1; t += 1 / segments) {
      const [first, middle, last] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
      contours
        .at(-1)
        ?.push([first * from[0] + middle * a + last * c, first * from[1] + middle * b + last * d]);
    }
    from = [c, d];
  }
  return contours;
}
