/** A size in pixels. The canvas of a file is the size of all its frames. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
}

/** Smallest side of a canvas. Encoders and players fail with much smaller sizes. */
const shortestSide = 16;

/** Greatest side of a canvas, which is the limit of VP8. */
const longestSide = 16_382;

/**
 * Returns the smallest canvas for a frame of this size, upright. The sides are even, because the codecs need even sizes.
 */
export function canvasFor(frame: Canvas): Canvas {
  const scale = Math.max(1, shortestSide / Math.min(frame.width, frame.height));
  return { width: even(frame.width * scale), height: even(frame.height * scale) };
}

/** Whether two canvases have the same size. */
export function isSameSize(one: Canvas, other: Canvas): boolean {
  return one.width === other.width && one.height === other.height;
}

function even(side: number): number {
  return Math.min(longestSide, 2 * Math.ceil(side / 2));
}
