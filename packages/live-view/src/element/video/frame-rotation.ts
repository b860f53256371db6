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
