import type { FrameMessage } from "../../wire/view-messages.ts";
import { decodeFrame, type FramePiece } from "./decode-frame.ts";
import { rotationTransform } from "./frame-rotation.ts";

/**
 * Draws frames on a canvas. A frame is drawn in one go after all of it has been decoded, so the canvas never shows a part
 * of a frame. Deltas are drawn over the current content of the canvas.
 */
export class FrameCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #last: Promise<unknown> = Promise.resolve();
  /** The delta number of the frame on the canvas; `undefined` if no delta can be based on that frame. */
  #number: number | undefined;
  #generation = 0;
  #isEmpty = true;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
  }

  /** Whether no frame has been drawn since the last {@link clear}. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /**
   * Decodes a frame immediately and draws it after the frames of earlier calls. Resolves with `true` when the frame is
   * drawn, and with `false` if the canvas has been cleared meanwhile. Rejects if the data does not match the message, or
   * if the frame is a delta and its base frame is not on the canvas.
   */
  show(message: FrameMessage, data: ArrayBuffer): Promise<boolean> {
    const generation = this.#generation;
    const decoded = decodeFrame(message, data);
    const drawn = this.#last.then(async () => {
      const pieces = await decoded;
      try {
        if (generation === this.#generation) this.#draw(message, pieces);
      } finally {
        for (const { source } of pieces) if (!(source instanceof ImageData)) source.close();
      }
      return generation === this.#generation;
    });
    // Prevents an unhandled rejection if decoding fails before earlier frames have been drawn.
    decoded.catch(() => {});
    // The caller gets the error from `drawn`. The next frame is drawn even after an error.
    this.#last = drawn.catch(() => {});
    return drawn;
  }

  /** Removes the frame from the canvas, and discards frames that are being decoded. */
  clear(): void {
    this.#generation++;
    this.#number = undefined;
    this.#isEmpty = true;
    // Setting the width clears a canvas.
    this.#canvas.width = 16;
    this.#canvas.height = 9;
  }

  #draw(message: FrameMessage, pieces: readonly FramePiece[]): void {
    const { codedWidth: width, codedHeight: height, rotation = 0 } = message;
    const delta = "delta" in message ? message.delta : undefined;
    if (delta?.base !== undefined && delta.base !== this.#number) {
      throw new Error(`the delta is based on frame ${delta.base}, which is not on the canvas`);
    }
    this.#number = delta?.number;
    this.#isEmpty = false;
    const [wide, high] = rotation % 180 === 0 ? [width, height] : [height, width];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
    }
    this.#context?.setTransform(rotationTransform(rotation, width, height));
    for (const { source, x, y } of pieces) {
      if (source instanceof ImageData) this.#context?.putImageData(source, x, y);
      else this.#context?.drawImage(source, x, y);
    }
  }
}
