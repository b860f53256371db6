import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { paintWindow } from "./desktop-window.ts";
import { palette } from "./palette.ts";
import type { Area, Surface } from "./surface.ts";

/** Waves that travel to the left: swings across the window, whole swings in a minute, height of a swing. */
const waves = [
  { swings: 3.2, perMinute: 21, height: 0.13, color: palette.purple },
  { swings: 1.4, perMinute: 14, height: 0.29, color: palette.cyan },
];

/** A window that plots two moving waves, the larger one filled. */
export class WavePlot implements DesktopPart {
  readonly #look: Look;
  readonly #area: Area;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit } = look;
    const inside = paintWindow(background, area, "waves", look);
    this.#look = look;
    this.#area = {
      x: inside.x + Math.round(12 * unit),
      y: inside.y + Math.round(8 * unit),
      width: inside.width - Math.round(24 * unit),
      height: inside.height - Math.round(12 * unit),
    };
    const { x, y, width, height } = this.#area;
    for (let line = 0; line <= 4; line++) {
      background.fill({ x, y: y + ((height - 1) * line) / 4, width, height: 1 }, palette.edge, 0.07);
    }
    for (let line = 0; line <= 8; line++) {
      background.fill({ x: x + ((width - 1) * line) / 8, y, width: 1, height }, palette.edge, 0.07);
    }
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    for (const { swings, perMinute, height, color } of waves) {
      const time = ((milliseconds % 60_000) / 60_000) * perMinute;
      const wave = (at: number): number =>
        0.5 +
        height * Math.sin(2 * Math.PI * (at * swings + time)) +
        height * 0.45 * Math.sin(2 * Math.PI * (at * swings * 2.3 + time * 2));
      this.#plot(surface, wave, color, color === palette.cyan ? 0.22 : 0);
    }
  }

  #plot(surface: Surface, wave: (at: number) => number, color: number, fill: number): void {
    const { x: left, y: top, width, height } = this.#area;
    const thickness = 2 * this.#look.unit;
    const heightAt = (column: number): number => top + wave(column / width) * height;
    for (let column = 0; column < width; column++) {
      const y = heightAt(column);
      // A steep line covers more of its column.
      const stretch = Math.hypot(1, heightAt(column + 0.5) - heightAt(column - 0.5));
      const half = (thickness / 2) * stretch;
      const x = left + column;
      if (fill > 0) surface.fill({ x, y, width: 1, height: top + height - y }, color, fill);
      surface.paint({ x, y: y - half - 1, width: 1, height: 2 * half + 2 }, color, (_, at) =>
        Math.max(0, (half - Math.abs(at - y)) / stretch + 0.5),
      );
    }
  }
}
