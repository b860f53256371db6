import type { ImageSample } from "@broadcast-ipc/image-codec";

const codedWidth = 64;
const codedHeight = 36;

/** Numbered pictures in buffers that go round: one that is disposed twice, or never, shows in the counts. */
export class Pictures {
  readonly #free: Uint8Array[] = [];
  #captured = 0;
  #disposed = 0;
  #allocated = 0;

  /** How many there were; the last one's number is one less. */
  get captured(): number {
    return this.#captured;
  }

  get disposed(): number {
    return this.#disposed;
  }

  /** How many buffers it took. */
  get allocated(): number {
    return this.#allocated;
  }

  /** The next picture; its timestamp is its number. */
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
