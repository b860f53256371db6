import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { paintCard } from "./desktop-window.ts";
import { palette } from "./palette.ts";
import { disc, toMask } from "./shapes.ts";
import type { Area, Mask, Surface } from "./surface.ts";

/** Milliseconds from one end to the other. */
const run = 2_000;

/** A ball at constant speed over a ruler: the eye sees at once where a frame is missing. */
export class BallTrack implements DesktopPart {
  readonly #ball: Mask;
  readonly #start: number;
  readonly #length: number;
  readonly #y: number;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit, small } = look;
    const side = Math.ceil(26 * unit);
    this.#ball = toMask(side, side, disc(side / 2, side / 2, 12 * unit));
    this.#start = area.x + 18 * unit;
    this.#length = area.width - 36 * unit - side;
    this.#y = area.y + 17 * unit;
    paintCard(background, area, look);

    const ruler = area.y + area.height - 31 * unit;
    const steps = 20;
    for (let step = 0; step <= steps; step++) {
      const x = this.#start + side / 2 + (this.#length * step) / steps;
      const tall = step % 5 === 0 ? 8 : 4;
      background.fill({ x, y: ruler, width: Math.max(1, unit), height: tall * unit }, palette.text, 0.5);
      if (step % 5 === 0) {
        const label = `${((step / steps) * run) / 1_000} s`;
        small.write(background, label, x - small.measure(label) / 2, ruler + 21 * unit, palette.dim);
      }
    }
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    const phase = (milliseconds % (2 * run)) / run;
    const x = this.#start + this.#length * (phase < 1 ? phase : 2 - phase);
    surface.stamp(this.#ball, Math.round(x), Math.round(this.#y), palette.peach);
  }
}
