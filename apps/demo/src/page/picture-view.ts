import { decodePicture, type PicturePiece } from "./decode-picture.ts";
import type { PictureMessage } from "./page-messages.ts";
import { rotationTransform } from "./picture-rotation.ts";

/** The canvas that shows the live picture. What it holds is also what the next changes build on. */
export class PictureView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #last: Promise<unknown> = Promise.resolve();
  /** Of what is shown; `undefined` where changes cannot build on it. */
  #number: number | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
  }

  /**
   * Decodes a picture at once, and draws it after those that came before it: never an older one over a newer one, and
   * all of it in one go. Rejects where the data is no such picture, or changes one that is not shown.
   */
  show(message: PictureMessage, data: ArrayBuffer): Promise<void> {
    const decoded = decodePicture(message, data);
    const drawn = this.#last.then(async () => this.#draw(message, await decoded));
    // While the ones before it are being drawn, nobody else would handle its failure.
    decoded.catch(() => {});
    // The caller gets the error from `drawn`. The next picture is drawn all the same.
    this.#last = drawn.catch(() => {});
    return drawn;
  }

  #draw(message: PictureMessage, pieces: readonly PicturePiece[]): void {
    const { codedWidth: width, codedHeight: height, rotation = 0 } = message;
    const delta = "delta" in message ? message.delta : undefined;
    if (delta?.base !== undefined && delta.base !== this.#number) {
      throw new Error(`it changes number ${delta.base}, which is not shown`);
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
