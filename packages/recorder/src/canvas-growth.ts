import { type Canvas, canvasFor, isSameSize } from "./canvas.ts";

/** Maximum number of pixels to which a canvas grows: twice 8K. Encoders need about ten times as many bytes. */
const mostPixels = 2 ** 26;

/** A frame with a side that is this many times as long as the canvas needs a new part at once. */
const muchLarger = 2;

/** How long the second part lasts at least, in microseconds. Each further part lasts at least twice as long. */
const shortestPart = 500_000;

/**
 * Decides when a recording needs a larger canvas. A part of a recording has one canvas. If sizes change continuously, as
 * when a window is resized, frames are fitted into the canvas meanwhile, so the number of parts stays small: it depends on
 * the logarithms of the duration and of the size.
 */
export class CanvasGrowth {
  #canvas: Canvas;
  #largest: Canvas;
  #wait = 0;
  #begin = 0;

  /** @param canvas The canvas of the first part, which begins at position 0. */
  constructor(canvas: Canvas) {
    this.#canvas = canvas;
    this.#largest = canvas;
  }

  /** The smallest canvas that is as wide as the widest frame, and as high as the highest. */
  get largest(): Canvas {
    return this.#largest;
  }

  /**
   * Takes the upright size of the next frame, and its position in microseconds. Returns the canvas of a new part that must
   * begin with this frame; otherwise `undefined`.
   */
  next(frame: Canvas, position: number): Canvas | undefined {
    const { width, height } = canvasFor(frame);
    const largest = {
      width: Math.max(this.#largest.width, width),
      height: Math.max(this.#largest.height, height),
    };
    if (largest.width * largest.height <= mostPixels) this.#largest = largest;
    if (!this.#isDue(position)) return undefined;
    this.#canvas = this.#largest;
    this.#begin = position;
    this.#wait = Math.max(shortestPart, this.#wait * 2);
    return this.#canvas;
  }

  #isDue(position: number): boolean {
    const [canvas, largest] = [this.#canvas, this.#largest];
    if (isSameSize(canvas, largest)) return false;
    const times = Math.max(largest.width / canvas.width, largest.height / canvas.height);
    return times >= muchLarger || position - this.#begin >= this.#wait;
  }
}
