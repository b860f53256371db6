import { DurationHistogram, type DurationSummary, now } from "@broadcast-ipc/clock";
import {
  BroadcastImageCodec,
  type EncodedImageSample,
  type ImageMetadata,
  type ImageSample,
  parseImageMetadata,
} from "@broadcast-ipc/image-codec";
import { type Message, PayloadPool } from "@broadcast-ipc/ipc-channel";
import type { ReceiverSettings } from "./receiver-options.ts";

/** A picture that can be handed out. */
export interface DecodedFrame {
  readonly sample: ImageSample | EncodedImageSample;
  /** What to dispose when nobody needs `sample.data` any more. */
  readonly memory: Disposable;
}

/** A picture on its way in: its metadata not checked yet, its data the payload. */
export type IncomingFrame = Pick<Message<unknown>, "payload"> & Disposable;

/**
 * Makes samples of the pictures that come, and gives the memory back that they came in as soon as that is not needed. What
 * is decoded goes to memory that goes round as well.
 *
 * All pictures of one connection have to pass in order, also those that nobody will see: some build on the one before.
 */
export class VideoFrameDecoder {
  readonly #options: Pick<ReceiverSettings, "decode" | "format">;
  readonly #codec = new BroadcastImageCodec();
  readonly #pool = new PayloadPool();
  readonly #times = new DurationHistogram();

  constructor(options: Pick<ReceiverSettings, "decode" | "format">) {
    this.#options = options;
  }

  /** How long it took; `undefined` where nothing had to be decoded. */
  get times(): DurationSummary | undefined {
    return this.#times.summary;
  }

  /** Rejects with ImageCodecError. */
  async decode(metadata: unknown, message: IncomingFrame): Promise<DecodedFrame> {
    const { payload } = message;
    let sample: ImageSample | EncodedImageSample | undefined;
    try {
      const parsed = parseImageMetadata(metadata);
      sample = passedThrough(parsed, payload, this.#options) ?? (await this.#decode(parsed, payload));
    } finally {
      if (!sample || !isIn(payload, sample)) message[Symbol.dispose]();
    }
    return { sample, memory: isIn(payload, sample) ? message : this.#memoryOf(sample) };
  }

  #memoryOf({ data }: ImageSample | EncodedImageSample): Disposable {
    return { [Symbol.dispose]: () => this.#pool.giveBack(data) };
  }

  async #decode(metadata: ImageMetadata, payload: Uint8Array | undefined): Promise<ImageSample> {
    const { format } = this.#options;
    const begin = now();
    const sample = await this.#codec.decode(payload, metadata, {
      format,
      allocate: (byteLength) => this.#pool.take(byteLength),
    });
    if (!isIn(payload, sample)) this.#times.record(now() - begin);
    return sample;
  }
}

type UncheckedMetadata =
  | { readonly encoding?: unknown; readonly delta?: { readonly base?: unknown } | null }
  | null
  | undefined;

/** Whether what failed to decode is no picture by itself, so that those that build on it will fail as well. */
export function isBaseMissing(metadata: unknown, error: unknown): boolean {
  const isDelta = (metadata as UncheckedMetadata)?.encoding === "delta";
  return isDelta || (error as { readonly code?: unknown } | null)?.code === "ERR_IMAGE_MISSING_BASE";
}

/** Whether this claims to be a picture that builds on no other one, and that others may build on. */
export function isWholeDelta(metadata: unknown): boolean {
  const { encoding, delta } = (metadata as UncheckedMetadata) ?? {};
  return encoding === "delta" && (delta?.base ?? undefined) === undefined;
}

/** A compressed picture as it came, where it is to be handed out so. Changes alone are no picture. */
function passedThrough(
  metadata: ImageMetadata,
  data: Uint8Array | undefined,
  { decode }: Pick<ReceiverSettings, "decode">,
): EncodedImageSample | undefined {
  if (decode || !("encoding" in metadata) || "delta" in metadata || !data?.length) return undefined;
  return { type: "image", ...metadata, data };
}

/** Whether the sample's data lies in the memory that arrived. */
function isIn(payload: Uint8Array | undefined, { data }: ImageSample | EncodedImageSample): boolean {
  return data.buffer === payload?.buffer;
}
