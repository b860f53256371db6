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

/** A frame that can be handed out. */
export interface DecodedFrame {
  readonly sample: ImageSample | EncodedImageSample;
  /** Disposed when nothing needs `sample.data` any more. */
  readonly memory: Disposable;
}

/** The message that a frame arrived in. Its payload is the frame's data. */
export type FrameMessage = Pick<Message<unknown>, "payload"> & Disposable;

/**
 * Makes samples of video frames. A sample keeps the memory that the frame arrived in, if its pixels need no conversion.
 * Otherwise that memory is given back at once, and the pixels go to pooled memory.
 *
 * All frames of a connection must be decoded, in order, even those that are dropped: later ones may build on them.
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

  /** Checks the metadata and decodes the frame. Rejects with ImageCodecError; the message is then disposed. */
  async decode(metadata: unknown, message: FrameMessage): Promise<DecodedFrame> {
    const { payload } = message;
    let isKept = false;
    try {
      // The codec checks the metadata that it decodes.
      const checked = this.#decodes ? (metadata as ImageMetadata) : parseImageMetadata(metadata);
      // A delta alone is not an image, so it is decoded in any case.
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

/** The sample without `damage`, which describes changes since a frame that was dropped. */
export function withoutDamage(sample: DecodedFrame["sample"]): DecodedFrame["sample"] {
  if (!("damage" in sample)) return sample;
  const { damage, ...whole } = sample;
  return whole;
}
