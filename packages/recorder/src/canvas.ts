import type { RecordingSize } from "./recorder-options.ts";

/** The size of all frames of a file, in pixels. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
}

/** Smallest side of a canvas. Encoders and players fail with much smaller sizes. */
const shortestSide = 16;

/** Greatest side of a canvas, which is the limit of VP8. */
const longestSide = 16_382;

/** Returns the canvas for a frame of this size, upright. The sides are even, because the codecs need even sizes. */
export function canvasFor(size: RecordingSize, frame: Canvas): Canvas {
  if (size !== "first") return { width: even(size.width), height: even(size.height) };
  const scale = Math.max(1, shortestSide / Math.min(frame.width, frame.height));
  return { width: even(frame.width * scale), height: even(frame.height * scale) };
}

function even(side: number): number {
  return Math.min(longestSide, 2 * Math.ceil(side / 2));
}
