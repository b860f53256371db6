import type { ShownFrame } from "@broadcast-ipc/live-view/element";

/** A part of a frame. */
export type Region = NonNullable<ShownFrame["regions"]>[number];

/** Rotates a region clockwise together with its frame. All lengths are shares of the frame's width and height. */
export function rotated({ x, y, width, height }: Region, rotation: ShownFrame["rotation"]): Region {
  switch (rotation) {
    case 90:
      return { x: 1 - y - height, y: x, width: height, height: width };
    case 180:
      return { x: 1 - x - width, y: 1 - y - height, width, height };
    case 270:
      return { x: y, y: 1 - x - width, width: height, height: width };
    default:
      return { x, y, width, height };
  }
}
