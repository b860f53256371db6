import type { Rotation } from "@broadcast-ipc/image-codec";

/** Returns the canvas transform for drawing a frame of the given size with the given rotation. */
export function rotationTransform(rotation: Rotation, width: number, height: number): DOMMatrix2DInit {
  // The matrices are constants, because the rounding errors of Math.sin and Math.cos would blur the pixels.
  switch (rotation) {
    case 90:
      return { a: 0, b: 1, c: -1, d: 0, e: height, f: 0 };
    case 180:
      return { a: -1, b: 0, c: 0, d: -1, e: width, f: height };
    case 270:
      return { a: 0, b: -1, c: 1, d: 0, e: 0, f: width };
    default:
      return { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
  }
}

/** Converts a position in the rotated frame to the position in the unrotated frame. Coordinates are 0 to 1. */
export function undoRotation(
  rotation: Rotation,
  { x, y }: { readonly x: number; readonly y: number },
): { readonly x: number; readonly y: number } {
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
