import type { ImageSample } from "@broadcast-ipc/image-codec";

const codedWidth = 64;
const codedHeight = 36;

/** Creates numbered frames in reused buffers. The counts reveal a frame that is disposed twice or never. */
export class Frames {
  readonly #free: Uint8Array[] = [];
  #captured = 0;
  #disposed = 0;
  #allocated = 0;

  /** Number of captured frames. The first frame has the number 0. */
  get captured(): number {
    return this.#captured;
  }

  get disposed(): number {
    return this.#disposed;
  }

  /** Number of buffers allocated. */
  get allocated(): number {
    return this.#allocated;
  }

  /** Returns the next frame. Its timestamp is the number of the frame. */
  capture(): ImageSample & Disposable {
    const data = this.#free.pop() ?? this.#allocate();
    return {
      type: "image",
      format: "BGRA",
      codedWidth,
      codedHeight,
      data: data.fill(this.#captured),
      timestamp: this.#captured++,
      [Symbol.dispose]: () => {
        this.#disposed++;
        this.#free.push(data);
      },
    };
  }

  #allocate(): Uint8Array {
    this.#allocated++;
    return new Uint8Array(codedWidth * codedHeight * 4);
  }
}
