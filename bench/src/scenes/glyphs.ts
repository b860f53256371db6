import { randomFrom } from "./random.ts";

/** Size of a glyph's cell in pixels. */
export const glyphWidth: number = 10;
export const glyphHeight: number = 20;

const ink = 0xff202020;
const glyphs = makeGlyphs(64);

/** Draws a dark glyph into 32-bit pixels. The top left corner of its cell is at (`x`, `y`). */
export function drawGlyph(pixels: Uint32Array, stride: number, x: number, y: number, glyph: number): void {
  const rows = glyphs[glyph % glyphs.length] as readonly number[];
  for (const [row, bits] of rows.entries()) {
    const start = (y + row) * stride + x;
    for (let column = 0; column < glyphWidth; column++) {
      if (bits & (1 << column)) pixels[start + column] = ink;
    }
  }
}

/** Fills an area of the frame with lines of words. The lines have different lengths. */
export function drawText(
  pixels: Uint32Array,
  stride: number,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  seed: number,
): void {
  const random = randomFrom(seed);
  const columns = Math.floor(area.width / glyphWidth);
  for (let y = area.y; y + glyphHeight <= area.y + area.height; y += glyphHeight) {
    const length = Math.floor(columns * (0.5 + random() / 2));
    for (let column = 0; column < length; column++) {
      if (random() < 0.85) {
        drawGlyph(pixels, stride, area.x + column * glyphWidth, y, Math.floor(random() * glyphs.length));
      }
    }
  }
}

/** Draws random glyphs of three strokes, each two pixels thick. A glyph is one bit mask per row. */
function makeGlyphs(count: number): readonly (readonly number[])[] {
  const random = randomFrom(1);
  return Array.from({ length: count }, () => {
    const rows = new Array<number>(glyphHeight).fill(0);
    const pick = (from: number, to: number) => from + Math.floor(random() * (to - from));
    for (let stroke = 0; stroke < 3; stroke++) {
      const isUpright = random() < 0.5;
      const [x, y] = [pick(1, glyphWidth - 3), pick(4, glyphHeight - 6)];
      const height = isUpright ? glyphHeight - 4 - y : 2;
      const bits = isUpright ? 0b11 << x : 0b1111110;
      for (let row = y; row < y + height; row++) rows[row] = (rows[row] ?? 0) | bits;
    }
    return rows;
  });
}
