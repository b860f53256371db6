/** The part of the page that the video frame shows. */
export interface VisibleSize {
  /** Size in CSS pixels while the page is not zoomed by a pinch. */
  readonly width: number;
  readonly height: number;
  /** How much a pinch, or a mobile viewport, enlarges the page: `pageScaleFactor` of a screencast frame. Default: 1. */
  readonly scale?: number;
}

/** A position in the visible part of the page, in CSS pixels of the page. */
export interface PagePosition {
  readonly x: number;
  readonly y: number;
}

/**
 * Converts a position in the video frame to the coordinates of the `Input` domain. A position outside the page becomes
 * the nearest pixel inside. The browser multiplies the coordinates by the page's scale, so they are divided by it here.
 */
export function pagePosition(
  { x, y }: PagePosition,
  { width, height, scale = 1 }: VisibleSize,
): PagePosition {
  return { x: within(x, width) / scale, y: within(y, height) / scale };
}

function within(share: number, length: number): number {
  return Math.max(0, Math.min((share || 0) * length, length - 1));
}
