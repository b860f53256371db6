import { palette } from "./palette.ts";
import type { Surface } from "./surface.ts";

/** Soft lights on a night sky: centre and reach in widths and heights of the picture. */
const lights = [
  { x: 0.12, y: 1.05, reach: 0.75, color: palette.violet },
  { x: 1.02, y: 0.1, reach: 0.62, color: palette.teal },
  { x: 0.78, y: 1.12, reach: 0.6, color: palette.rose },
  { x: 0.3, y: -0.15, reach: 0.5, color: 0x2b4bb0 },
];

/** Paints the whole picture with a still, smooth gradient. */
export function paintWallpaper(surface: Surface): void {
  const { width, height } = surface;
  surface.paint(surface.area, (x, y) => {
    let red = palette.night >> 16;
    let green = (palette.night >> 8) & 0xff;
    let blue = palette.night & 0xff;
    for (const light of lights) {
      const dx = (x / width - light.x) / light.reach;
      const dy = (y / height - light.y) / light.reach;
      const share = Math.exp(-2.2 * (dx * dx + dy * dy)) * 0.8;
      red += ((light.color >> 16) - red) * share;
      green += (((light.color >> 8) & 0xff) - green) * share;
      blue += ((light.color & 0xff) - blue) * share;
    }
    const grain = noise(x, y);
    return ((red + grain) << 16) | ((green + grain) << 8) | (blue + grain);
  });
}

/** Less than one step of brightness, the same every time, which hides the steps of a dark gradient. */
function noise(x: number, y: number): number {
  let hash = Math.imul(x, 0x27d4eb2d) + Math.imul(y, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash >>> 24) / 256;
}
