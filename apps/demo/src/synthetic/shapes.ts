import type { Area, Coverage, Mask } from "./surface.ts";

/** A rectangle with round corners and smooth edges. */
export function roundedRectangle(area: Area, radius: number): Coverage {
  const distance = distanceTo(area, radius);
  return (x, y) => clamp(0.5 - distance(x, y));
}

/** The outline, `thickness` wide, just inside a rectangle with round corners. */
export function outline(area: Area, radius: number, thickness: number): Coverage {
  const distance = distanceTo(area, radius);
  return (x, y) => {
    const d = distance(x, y);
    return clamp(0.5 - d) - clamp(0.5 - d - thickness);
  };
}

/** Light falling off over `blur` pixels around a rectangle with round corners: a shadow, when painted black. */
export function glow(area: Area, radius: number, blur: number): Coverage {
  const distance = distanceTo(area, radius);
  return (x, y) => clamp(1 - distance(x, y) / blur) ** 2;
}

/** A filled circle. */
export function disc(centreX: number, centreY: number, radius: number): Coverage {
  return (x, y) => clamp(radius + 0.5 - Math.hypot(x - centreX, y - centreY));
}

/** A filled polygon, given as x and y of its corners in turn; smooth by 4 x 4 samples a pixel. */
export function polygon(corners: readonly (readonly [number, number])[]): Coverage {
  const isInside = (x: number, y: number): boolean => {
    let inside = false;
    let [fromX, fromY] = corners.at(-1) ?? [0, 0];
    for (const [toX, toY] of corners) {
      if (toY > y !== fromY > y && x < toX + ((y - toY) / (fromY - toY)) * (fromX - toX)) inside = !inside;
      [fromX, fromY] = [toX, toY];
    }
    return inside;
  };
  const samples = [-0.375, -0.125, 0.125, 0.375];
  return (x, y) => {
    const hits = samples.flatMap((dx) => samples.filter((dy) => isInside(x + dx, y + dy)));
    return hits.length / samples.length ** 2;
  };
}

/** Keeps a shape as a mask, so that drawing it again costs no geometry. */
export function toMask(width: number, height: number, coverage: Coverage): Mask {
  const alpha = Uint8Array.from({ length: width * height }, (_, at) =>
    Math.round(255 * clamp(coverage((at % width) + 0.5, Math.floor(at / width) + 0.5))),
  );
  return { width, height, alpha };
}

/** A rectangle `by` pixels larger on every side. */
export function grow({ x, y, width, height }: Area, by: number): Area {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

/** Pixels from a point to the edge, negative inside. */
function distanceTo({ x: left, y: top, width, height }: Area, radius: number): Coverage {
  const centreX = left + width / 2;
  const centreY = top + height / 2;
  return (x, y) => {
    const dx = Math.abs(x - centreX) - width / 2 + radius;
    const dy = Math.abs(y - centreY) - height / 2 + radius;
    const outside = dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy);
    return outside - radius;
  };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
