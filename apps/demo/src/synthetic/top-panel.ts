import type { DesktopPart, Look, Moment } from "./desktop-part.ts";
import { palette } from "./palette.ts";
import { disc, roundedRectangle } from "./shapes.ts";
import type { Area, Surface } from "./surface.ts";

const menus = ["File", "Edit", "View", "Window", "Help"];

/** The bar at the top: a name, menus, and a clock that shows milliseconds. */
export class TopPanel implements DesktopPart {
  readonly #look: Look;
  readonly #clockX: number;
  readonly #baseline: number;

  constructor(background: Surface, area: Area, look: Look) {
    const { unit, regular } = look;
    this.#look = look;
    this.#baseline = area.y + area.height / 2 + regular.size * 0.36;
    this.#clockX = area.width - 14 * unit - regular.measure("00:00:00.000 UTC");
    background.fill(area, palette.panel, 0.62);
    background.fill({ ...area, y: area.height - 1, height: 1 }, palette.edge, 0.08);

    const middle = area.height / 2;
    const sign = { x: 14 * unit, y: middle - 7 * unit, width: 14 * unit, height: 14 * unit };
    background.paint(sign, palette.cyan, roundedRectangle(sign, 4 * unit));
    background.paint(sign, palette.panel, disc(sign.x + 7 * unit, middle, 3 * unit));
    let x = regular.write(background, "broadcast-ipc", 37 * unit, this.#baseline, palette.text);
    for (const menu of menus) {
      x += 20 * unit;
      if (x + regular.measure(menu) > this.#clockX - 20 * unit) break;
      x = regular.write(background, menu, x, this.#baseline, palette.text, 0.62);
    }
  }

  draw(surface: Surface, { milliseconds }: Moment): void {
    const time = new Date(milliseconds).toISOString().slice(11, 23);
    const { regular } = this.#look;
    const x = regular.write(surface, time, this.#clockX, this.#baseline, palette.text);
    regular.write(surface, " UTC", x, this.#baseline, palette.dim);
  }
}
