import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { paintCard } from "./desktop-window.ts";
import { palette } from "./palette.ts";
import { disc, toMask } from "./shapes.ts";
import type { Area, Mask, Surface } from "./surface.ts";

const dots = 12;
const turn = 1_200;

/** A card with the frame's number in large digits, beside a turning wheel. */
export class FrameCounter implements DesktopPart {
  readonly #look: Look;
  readonly #wheelX: number;
  readonly #wheelY: number;
  readonly #dot: Mask;
  readonly #captionEnd: number;
  readonly #baseline: number;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit, small, large } = look;
    this.#look = look;
    const side = Math.ceil(7 * unit);
    this.#dot = toMask(side, side, disc(side / 2, side / 2, 3 * unit));
    paintCard(background, area, look);

    const margin = Math.min(area.height, 104 * unit);
    const left = area.x + margin;
    const middle = area.y + area.height / 2;
    this.#wheelX = area.x + margin / 2;
    this.#wheelY = middle;
    this.#baseline = middle + large.size * 0.56;
    const size = `synthetic desktop, ${background.width} x ${background.height}`;
    small.write(background, size, left, middle - large.size * 0.52, palette.dim);
    this.#captionEnd = large.write(background, "frame ", left, this.#baseline, palette.text, 0.75);
  }

  draw(surface: Surface, { frame, milliseconds }: Moment): void {
    const { unit, large } = this.#look;
    large.write(surface, String(frame).padStart(6, "0"), this.#captionEnd, this.#baseline, palette.text);

    const phase = (milliseconds % turn) / turn;
    for (let dot = 0; dot < dots; dot++) {
      const angle = 2 * Math.PI * (phase - dot / (dots * 1.4));
      const x = this.#wheelX + 22 * unit * Math.cos(angle) - this.#dot.width / 2;
      const y = this.#wheelY + 22 * unit * Math.sin(angle) - this.#dot.height / 2;
      surface.stamp(this.#dot, Math.round(x), Math.round(y), palette.cyan, (1 - dot / dots) ** 1.6);
    }
  }
}
