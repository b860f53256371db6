import type {
  BroadcastImageCodec,
  EncodedImage,
  ImageMetadata,
  ImageSample,
} from "@broadcast-ipc/image-codec";
import type { SourceSample } from "@broadcast-ipc/receiver/sink";
import type { Rendition } from "./look.ts";

/** A frame that is ready to be sent to any number of viewers. */
export interface EncodedFrame {
  /** The header's JSON after the sequence number. */
  readonly tail: string;
  readonly metadata: ImageMetadata;
  readonly data: Uint8Array;
}

/**
 * One frame of the source, with the encodings that viewers have needed so far. Each encoding is made once.
 *
 * The owner disposes the frame when it is no longer the newest one. The sample is disposed when, in addition, no call of
 * {@link read} or {@link send} is running. So everything that reads the memory of the sample does so within such a call.
 */
export class SourceFrame implements Disposable {
  /** Number of the frame among those of the source, from 1. */
  readonly number: number;
  readonly sample: SourceSample;
  readonly #codec: BroadcastImageCodec;
  readonly #encoded = new Map<string, Promise<EncodedFrame>>();
  readonly #onEncode: () => void;
  #pixels: Promise<ImageSample> | undefined;
  /** Number of running calls of {@link read}, plus one for the owner. */
  #uses = 1;
  #isOwned = true;

  /** `codec` must not make deltas. `onEncode` is called when pixels are scaled or compressed. */
  constructor(number: number, sample: SourceSample, codec: BroadcastImageCodec, onEncode: () => void) {
    this.number = number;
    this.sample = sample;
    this.#codec = codec;
    this.#onEncode = onEncode;
  }

  /** The encoding of the source, or "raw". */
  get encoding(): string {
    return "encoding" in this.sample ? this.sample.encoding : "raw";
  }

  /** Whether {@link encode} returns the result of an earlier call. */
  isEncoded({ key }: Rendition): boolean {
    return this.#encoded.has(key);
  }

  /**
   * Runs `use`, and keeps the memory of the sample until the promise that `use` returns settles. Settles like that
   * promise. Rejects if the sample was disposed.
   */
  async read<Result>(use: () => Result | Promise<Result>): Promise<Result> {
    if (this.#uses === 0) throw new Error(`frame ${this.number} was disposed before it was read`);
    this.#uses++;
    try {
      return await use();
    } finally {
      this.#release();
    }
  }

  /** Runs `use`, which reads the bytes of an encoded frame. Keeps the memory of the sample only if it holds these bytes. */
  async send(encoded: EncodedFrame, use: () => Promise<void>): Promise<void> {
    const isOwn = encoded.data.buffer !== this.sample.data.buffer;
    await (isOwn ? use() : this.read(use));
  }

  /** Ends the use by the owner. Idempotent. */
  [Symbol.dispose](): void {
    if (!this.#isOwned) return;
    this.#isOwned = false;
    this.#release();
  }

  /**
   * Encodes the frame, or returns the result of an earlier call for an equal rendition. The result may share the memory of
   * the sample. Rejects like the codec.
   */
  encode(rendition: Rendition): Promise<EncodedFrame> {
    const known = this.#encoded.get(rendition.key);
    if (known) return known;
    const encoded = this.#encode(rendition).then((image) => this.announce(image));
    this.#encoded.set(rendition.key, encoded);
    return encoded;
  }

  /** Forgets the encodings with other keys. Results of earlier calls of {@link encode} stay valid. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#encoded.keys()) if (!keys.has(key)) this.#encoded.delete(key);
  }

  /** Returns the pixels of the frame. A compressed frame is decompressed once. */
  pixels(): Promise<ImageSample> {
    const { sample } = this;
    if (!("encoding" in sample)) return Promise.resolve(sample);
    const { data, encoding, codedWidth, codedHeight, rotation, timestamp } = sample;
    const metadata = {
      encoding,
      codedWidth,
      codedHeight,
      ...(rotation !== undefined && { rotation }),
      timestamp,
    };
    // An engine takes RGB without conversion. Only JPEG has no alpha.
    const format = encoding === "jpeg" ? "RGB" : "RGBA";
    this.#pixels ??= this.#codec.decode(data, metadata, { format });
    return this.#pixels;
  }

  /** Prepares an encoded image to be sent. */
  announce({ metadata, data }: EncodedImage): EncodedFrame {
    const { codedWidth: fullWidth, codedHeight: fullHeight } = this.sample;
    const tail = JSON.stringify({ fullWidth, fullHeight, ...metadata }).slice(1);
    return { tail, metadata, data };
  }

  #release(): void {
    this.#uses--;
    if (this.#uses === 0) this.sample[Symbol.dispose]?.();
  }

  async #encode({ isUnchanged, encodings, maxWidth, maxHeight, quality }: Rendition): Promise<EncodedImage> {
    if (isUnchanged) return this.#codec.encode(this.sample);
    this.#onEncode();
    return this.#codec.encode(await this.pixels(), { encodings, maxWidth, maxHeight, quality });
  }
}
