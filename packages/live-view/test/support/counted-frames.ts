import { BroadcastImageCodec, type ImageMetadata, type ImageSample } from "@broadcast-ipc/image-codec";
import type { ReceiverLike, SourceSample } from "@broadcast-ipc/receiver/sink";
import sharp from "sharp";
import type { ArrivedFrame } from "./view-client.ts";

/** Value of all bytes of a frame that was disposed. No pixel of a frame is like it. */
const marker = 238;
const background = 40;
const foreground = 120;
const channels = 4;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Makes frames that count how often they are disposed, and are then overwritten. */
export class CountedFrames {
  /** Number of disposals of each frame, by its timestamp. */
  readonly disposals: Map<number, number> = new Map();
  readonly #size: Size;

  constructor(size: Size) {
    this.#size = size;
  }

  /** Timestamps of the frames that were not disposed. */
  get held(): readonly number[] {
    return [...this.disposals].filter(([, count]) => count === 0).map(([timestamp]) => timestamp);
  }

  /** Makes a raw frame with a square whose place depends on the timestamp. */
  raw(timestamp: number): SourceSample {
    const { width: codedWidth, height: codedHeight } = this.#size;
    const data = pixelsOf(timestamp, this.#size);
    return this.count({ type: "image", format: "RGBA", codedWidth, codedHeight, data, timestamp });
  }

  /** Makes the same frame as a JPEG. */
  async jpeg(timestamp: number): Promise<SourceSample> {
    const { width: codedWidth, height: codedHeight } = this.#size;
    const raw = { ...this.#size, channels } as const;
    const data = await sharp(pixelsOf(timestamp, this.#size), { raw }).removeAlpha().jpeg().toBuffer();
    return this.count({ type: "image", encoding: "jpeg", codedWidth, codedHeight, data, timestamp });
  }

  /** Counts the disposals of a frame. */
  count(sample: SourceSample): SourceSample {
    const { data, timestamp } = sample;
    this.disposals.set(timestamp, 0);
    const dispose = () => {
      this.disposals.set(timestamp, (this.disposals.get(timestamp) ?? 0) + 1);
      data.fill(marker);
    };
    return { ...sample, [Symbol.dispose]: dispose };
  }
}

/** Decodes the frames of one viewer, and checks that they show what {@link CountedFrames} has made. */
export class FrameChecker {
  readonly #codec = new BroadcastImageCodec();

  /** Resolves with the timestamp of the frame. Rejects if the frame shows anything else. */
  async check({ type, sequence, fullWidth, fullHeight, data, ...metadata }: ArrivedFrame): Promise<number> {
    const image = await this.#codec.decode(data, metadata as ImageMetadata, { format: "RGBA" });
    const { timestamp, codedWidth, codedHeight } = image;
    const { x, y, side } = squareOf(timestamp, { width: codedWidth, height: codedHeight });
    for (let at = 0; at < image.data.length; at += channels) {
      if ((image.data[at] ?? 0) > foreground + 40) throw new Error(`frame ${timestamp} was overwritten`);
    }
    const center = Math.round(y + side / 2) * codedWidth + Math.round(x + side / 2);
    const value = image.data[center * channels] ?? 0;
    if (Math.abs(value - foreground) > 25) throw new Error(`frame ${timestamp} shows another frame`);
    return timestamp;
  }
}

/** A receiver that yields what the test pushes. */
export class FakeReceiver implements ReceiverLike {
  readonly name = "a fake";
  readonly closed: Promise<{ readonly by: string; readonly code: string }> = new Promise(() => {});
  #controller: ReadableStreamDefaultController<SourceSample> | undefined;
  readonly #stream = new ReadableStream<SourceSample>({
    start: (controller) => {
      this.#controller = controller;
    },
  });

  push(...samples: readonly SourceSample[]): void {
    for (const sample of samples) this.#controller?.enqueue(sample);
  }

  async *samples({ type }: { readonly type: string }): AsyncGenerator<SourceSample> {
    if (type === "image") yield* this.#stream;
  }

  async *messages(): AsyncGenerator<never> {}
  setDemand(): void {}
  refresh(): void {}
  async send(): Promise<void> {}
  async close(): Promise<void> {}
  on(): void {}
  off(): void {}

  stats(): { readonly age: unknown } {
    return { age: undefined };
  }
}

/** A square of a fifth of the height, which moves in 16 steps. */
function squareOf(timestamp: number, { width, height }: Size) {
  const side = Math.floor(height / 5);
  return { x: Math.floor(((width - side) * (timestamp % 16)) / 16), y: 2 * side, side };
}

function pixelsOf(timestamp: number, size: Size): ImageSample["data"] {
  const data = new Uint8Array(size.width * size.height * channels).fill(background);
  const { x, y, side } = squareOf(timestamp, size);
  for (let row = y; row < y + side; row++) {
    const start = (row * size.width + x) * channels;
    data.fill(foreground, start, start + side * channels);
  }
  return data;
}
