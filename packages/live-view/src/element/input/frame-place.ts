import type { Rotation } from "@broadcast-ipc/image-codec";

/** A position in the frame: 0 is the left or top edge, 1 is the right or bottom edge. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** A rectangle in CSS pixels of the window. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How the frame lies in the content box of the canvas. */
export interface Fit {
  /** Size of the frame in pixels of the canvas. */
  readonly width: number;
  readonly height: number;
  /** The computed values of `object-fit` and `object-position`. */
  readonly fit: string;
  readonly position: string;
  /** CSS pixels of the window per CSS pixel of the layout, which differ under transforms. */
  readonly scale: number;
}

/** Returns the rectangle in which the browser draws the frame. With `cover` or `none`, it exceeds `content`. */
export function fitFrame(content: Box, { width, height, fit, position, scale }: Fit): Box {
  const contain = Math.min(content.width / width, content.height / height);
  const factor =
    fit === "contain"
      ? contain
      : fit === "cover"
        ? Math.max(content.width / width, content.height / height)
        : fit === "none"
          ? scale
          : fit === "scale-down"
            ? Math.min(contain, scale)
            : undefined;
  // "fill", and a frame without a size.
  if (factor === undefined || !Number.isFinite(factor)) return content;
  const [x = "", y = ""] = position.match(/calc\([^)]*\)|\S+/g) ?? [];
  const [boxWidth, boxHeight] = [width * factor, height * factor];
  return {
    left: content.left + offset(x, content.width - boxWidth, scale),
    top: content.top + offset(y, content.height - boxHeight, scale),
    width: boxWidth,
    height: boxHeight,
  };
}

/** Converts a position in the rotated frame to the position in the unrotated frame. */
export function undoRotation(rotation: Rotation, { x, y }: Place): Place {
  switch (rotation) {
    case 90:
      return { x: y, y: 1 - x };
    case 180:
      return { x: 1 - x, y: 1 - y };
    case 270:
      return { x: 1 - y, y: x };
    default:
      return { x, y };
  }
}

/** Converts a position in the unrotated frame to the position in the rotated frame. */
export function applyRotation(rotation: Rotation, place: Place): Place {
  return undoRotation(rotation === 90 ? 270 : rotation === 270 ? 90 : rotation, place);
}

/** Returns one coordinate of `object-position` in pixels. A calc() counts as the centre. */
function offset(position: string, free: number, scale: number): number {
  const [, value, unit] = /^(-?[\d.]+)(px|%)$/.exec(position) ?? [];
  return unit === "px" ? Number(value) * scale : (Number(value ?? 50) / 100) * free;
}
