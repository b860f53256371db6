import { DurationHistogram, type DurationSummary } from "@broadcast-ipc/clock";
import {
  BroadcastImageCodec,
  type EncodedImageSample,
  type ImageDecodeOptions,
  type ImageMetadata,
  type ImageSample,
  parseImageMetadata,
} from "@broadcast-ipc/image-codec";
import { type Message, PayloadPool } from "@broadcast-ipc/ipc-channel";
import type { ReceiverSettings } from "./receiver-options.ts";

/** A frame that is ready for the consumer. */
export interface DecodedFrame {
  readonly sample: ImageSample | EncodedImageSample;
  /** Disposed when `sample.data` is no longer needed. */
  readonly memory: Disposable;
}

/** The message of a video frame. Its payload is the data of the frame. */
export type FrameMessage = Pick<Message<unknown>, "payload"> & Disposable;

/**
 * Decodes video frames into samples. If the pixels need no conversion, a sample keeps the memory that its frame arrived
 * in. Otherwise that memory is released at once, and the pixels are written to pooled memory.
 *
 * Every frame of a connection must be decoded, in order, even if it will be dropped, because later frames may build on
 * it.
 */
export class VideoFrameDecoder {
  readonly #decodes: boolean;
  readonly #options: ImageDecodeOptions;
  readonly #codec = new BroadcastImageCodec();
  readonly #pool = new PayloadPool();
  readonly #times = new DurationHistogram();

  constructor({ decode, format }: Pick<ReceiverSettings, "decode" | "format">) {
    this.#decodes = decode;
    this.#options = { format, allocate: (byteLength) => this.#pool.take(byteLength) };
  }

  /** Durations of decoding and conversion; `undefined` if no frame needed them. */
  get times(): DurationSummary | undefined {
    return this.#times.summary;
  }

  /** Checks the metadata and decodes the frame. On failure, disposes the message and rejects with ImageCodecError. */
  async decode(metadata: unknown, message: FrameMessage): Promise<DecodedFrame> {
    const { payload } = message;
    let isKept = false;
    try {
      // The codec checks the metadata that it decodes.
      const checked = this.#decodes ? (metadata as ImageMetadata) : parseImageMetadata(metadata);
      // A delta alone is not an image, so it is always decoded.
      if (!this.#decodes && "encoding" in checked && !("delta" in checked) && payload?.length) {
        isKept = true;
        return { sample: { type: "image", ...checked, data: payload }, memory: message };
      }
      const begin = performance.now();
      const sample = await this.#codec.decode(payload, checked, this.#options);
      isKept = sample.data.buffer === payload?.buffer;
      if (isKept) return { sample, memory: message };
      this.#times.record((performance.now() - begin) * 1000);
      return { sample, memory: { [Symbol.dispose]: () => this.#pool.giveBack(sample.data) } };
    } finally {
      if (!isKept) message[Symbol.dispose]();
    }
  }
}

/** Returns the sample without `damage`, which describes changes since a frame that was dropped. */
export function withoutDamage(sample: DecodedFrame["sample"]): DecodedFrame["sample"] {
  if (!("damage" in sample)) return sample;
  const { damage, ...whole } = sample;
  return whole;
}
