import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { palette } from "./palette.ts";
import { polygon, toMask } from "./shapes.ts";
import type { Mask, Surface } from "./surface.ts";

/** The arrow, its tip at (2, 1), in units; the ink lies inside the border. */
const border = [
  [1, 0],
  [1, 19],
  [5.4, 15.2],
  [8.4, 21.8],
  [12.4, 20],
  [9.5, 13.6],
  [15.2, 13.2],
] as const;
const ink = [
  [2.3, 3],
  [2.3, 16],
  [5.8, 13],
  [9, 20],
  [10.7, 19.2],
  [7.6, 12.4],
  [12.1, 12.1],
] as const;

/** Milliseconds until the path begins again; each axis swings a whole number of times in it. */
const round = 24_000;

/** A mouse pointer on a smooth path over the whole desktop. */
export class Pointer implements DesktopPart {
  readonly #border: Mask;
  readonly #ink: Mask;

  constructor({ unit }: Look) {
    const scale = Math.max(0.8, unit);
    const draw = (corners: readonly (readonly [number, number])[]): Mask => {
      const scaled = corners.map(([x, y]) => [x * scale, y * scale] as const);
      return toMask(Math.ceil(17 * scale), Math.ceil(23 * scale), polygon(scaled));
    };
    this.#border = draw(border);
    this.#ink = draw(ink);
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    const angle = (2 * Math.PI * (milliseconds % round)) / round;
    const x = Math.round(surface.width * (0.5 + 0.36 * Math.sin(3 * angle) + 0.06 * Math.sin(7 * angle)));
    const y = Math.round(surface.height * (0.5 + 0.3 * Math.sin(4 * angle + 1) + 0.08 * Math.cos(9 * angle)));
    surface.stamp(this.#border, x, y, palette.edge);
    surface.stamp(this.#ink, x, y, 0x0a0c12);
  }
}
