import type { PictureMessage } from "./page-messages.ts";
import { toRgba } from "./to-rgba.ts";

/** The canvas that shows the live picture. */
export class PictureView {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #arrived = 0;
  #drawn = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
  }

  /**
   * Decodes and draws a picture. Resolves with true once it is drawn, and with false where a newer one was faster;
   * rejects where the data is no such picture.
   */
  async show(message: PictureMessage, data: ArrayBuffer): Promise<boolean> {
    const turn = ++this.#arrived;
    const source = await decode(message, data);
    const isNewest = turn > this.#drawn;
    if (isNewest) {
      this.#drawn = turn;
      this.#draw(source, message);
    }
    if (source instanceof ImageBitmap) source.close();
    return isNewest;
  }

  #draw(source: ImageBitmap | ImageData, { width, height, rotation = 0 }: PictureMessage): void {
    const [wide, high] = rotation % 180 === 0 ? [width, height] : [height, width];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
      this.#canvas.style.setProperty("--ratio", String(wide / high));
    }
    if (source instanceof ImageData) {
      this.#context?.putImageData(source, 0, 0);
      return;
    }
    this.#context?.resetTransform();
    this.#context?.translate(wide / 2, high / 2);
    this.#context?.rotate((rotation * Math.PI) / 180);
    this.#context?.drawImage(source, -width / 2, -height / 2, width, height);
  }
}

/** Raw pixels stay as they are, which is several times faster than a bitmap or a VideoFrame of them; only a bitmap turns. */
async function decode(message: PictureMessage, data: ArrayBuffer): Promise<ImageBitmap | ImageData> {
  if (message.encoding !== undefined) {
    return createImageBitmap(new Blob([data], { type: `image/${message.encoding}` }));
  }
  const pixels = toRgba(message, data);
  return message.rotation === undefined || message.rotation === 0 ? pixels : createImageBitmap(pixels);
}
