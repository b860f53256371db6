import type { Look } from "./desktop-part.ts";
import { palette } from "./palette.ts";
import { disc, glow, grow, outline, roundedRectangle } from "./shapes.ts";
import type { Area, Surface } from "./surface.ts";

/** Paints a window with its shadow and title bar, and returns the area inside. */
export function paintWindow(surface: Surface, area: Area, title: string, look: Look): Area {
  const { unit, small } = look;
  const bar = Math.round(28 * unit);
  const radius = 9 * unit;
  paintShadow(surface, area, radius, unit);
  const shape = roundedRectangle(area, radius);
  surface.paint(area, (_, y) => (y < area.y + bar ? palette.titleBar : palette.window), shape);
  surface.fill({ x: area.x, y: area.y + bar - 1, width: area.width, height: 1 }, 0x000000, 0.35);
  surface.paint(area, palette.edge, (x, y) => 0.14 * outline(area, radius, Math.max(1, unit))(x, y));

  const middle = area.y + bar / 2;
  [palette.red, palette.amber, palette.green].forEach((color, index) => {
    const x = area.x + (16 + 17 * index) * unit;
    surface.paint(grow({ x, y: middle, width: 0, height: 0 }, 6 * unit), color, disc(x, middle, 4.6 * unit));
  });
  const left = area.x + (area.width - small.measure(title)) / 2;
  small.write(surface, title, Math.max(left, area.x + 66 * unit), middle + small.size * 0.36, palette.dim);
  return {
    x: area.x + 1,
    y: area.y + bar,
    width: area.width - 2,
    height: area.height - bar - Math.ceil(radius / 2),
  };
}

/** Paints a card of dark glass that the wallpaper shines through. */
export function paintCard(surface: Surface, area: Area, { unit }: Look): void {
  const radius = 12 * unit;
  const shape = roundedRectangle(area, radius);
  const edge = outline(area, radius, Math.max(1, unit));
  surface.paint(area, palette.panel, (x, y) => 0.5 * shape(x, y));
  surface.paint(area, palette.edge, (x, y) => 0.16 * edge(x, y));
}

function paintShadow(surface: Surface, area: Area, radius: number, unit: number): void {
  const fall = glow({ ...area, y: area.y + 8 * unit }, radius, 28 * unit);
  surface.paint(grow(area, 38 * unit), 0x000000, (x, y) => 0.42 * fall(x, y));
}
