import type { Box } from "../input/frame-place.ts";

/** Distance of a card from the edges of the window, in CSS pixels. */
export const margin = 8;
/** Distance between a card and its element. */
const gap = 2;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Returns where a card of this size is placed: below or above the box, or at its centre, and within the window. */
export function cardPosition(
  card: Size,
  box: Box,
  window: Size,
  isCentred: boolean,
): Pick<Box, "left" | "top"> {
  const below = box.top + box.height + gap;
  const above = box.top - gap - card.height;
  const fitsBelow = below + card.height <= window.height - margin;
  const left = isCentred ? box.left + (box.width - card.width) / 2 : box.left;
  const top = isCentred
    ? box.top + (box.height - card.height) / 2
    : fitsBelow || above < margin
      ? below
      : above;
  return {
    left: within(left, margin, window.width - card.width - margin),
    top: within(top, margin, window.height - card.height - margin),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
