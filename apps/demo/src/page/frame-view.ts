import { decodeFrame, type FramePiece } from "./decode-frame.ts";
import { rotationTransform } from "./frame-rotation.ts";
import type { FrameMessage } from "./page-messages.ts";

/** Draws the live video on a canvas. Deltas are drawn over the current content of the canvas. */
export class FrameView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #last: Promise<unknown> = Promise.resolve();
  /** The delta number of the frame on the canvas; `undefined` if no delta can be based on that frame. */
  #number: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
  }

  /**
   * Decodes a frame immediately and draws it after the frames of earlier calls. Resolves when the frame is drawn.
   * Rejects if the data does not match the message, or if the frame is a delta and its base frame is not on the canvas.
   */
  show(message: FrameMessage, data: ArrayBuffer): Promise<void> {
    const decoded = decodeFrame(message, data);
    const drawn = this.#last.then(async () => this.#draw(message, await decoded));
    // Prevents an unhandled rejection if decoding fails before earlier frames have been drawn.
    decoded.catch(() => {});
    // The caller gets the error from `drawn`. The next frame is drawn even after an error.
    this.#last = drawn.catch(() => {});
    return drawn;
  }

  #draw(message: FrameMessage, pieces: readonly FramePiece[]): void {
    const { codedWidth: width, codedHeight: height, rotation = 0 } = message;
    const delta = "delta" in message ? message.delta : undefined;
    if (delta?.base !== undefined && delta.base !== this.#number) {
      throw new Error(`the delta is based on frame ${delta.base}, which is not on the canvas`);
    }
    this.#number = delta?.number;
    const [wide, high] = rotation % 180 === 0 ? [width, height] : [height, width];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
      document.documentElement.style.setProperty("--ratio", String(wide / high));
    }
    this.#context?.setTransform(rotationTransform(rotation, width, height));
    for (const { source, x, y } of pieces) {
      if (source instanceof ImageData) {
        this.#context?.putImageData(source, x, y);
      } else {
        this.#context?.drawImage(source, x, y);
        source.close();
      }
    }
  }
}
