import { BroadcastImageCodec, type DeltaImageMetadata, type EncodedImage } from "@broadcast-ipc/image-codec";
import type { Delivery, DeltaBase } from "./frame-request.ts";
import type { Rendition } from "./look.ts";
import { type DeltaLink, mergeDeltas } from "./merge-deltas.ts";
import type { SourceFrame } from "./source-frame.ts";

/** Number of deltas that are kept for viewers that miss some. */
const maxLinks = 32;

/**
 * A stream of deltas that any number of viewers share. Each frame is encoded once, as the changes from the previous one. A
 * viewer that missed frames gets the missed deltas in one, or a key frame that it shares with other viewers.
 */
export class DeltaStream {
  readonly #rendition: Rendition;
  readonly #onEncode: () => void;
  /** Without a JPEG engine, regions are lossless, which the element decodes as well. */
  readonly #codec: BroadcastImageCodec;
  /** The last deltas, each based on the one before it. */
  #links: DeltaLink[] = [];
  #frame: SourceFrame | undefined;
  /** Deliveries of the last frame, by the number of the delta that the viewer has. */
  #deliveries = new Map<number | undefined, Promise<Delivery>>();
  #keyBytes = Number.POSITIVE_INFINITY;

  /** `onEncode` is called before each frame that is encoded as a delta. `codec` encodes deltas. */
  constructor(
    rendition: Rendition,
    onEncode: () => void,
    codec: BroadcastImageCodec = new BroadcastImageCodec({ encoding: "delta" }),
  ) {
    this.#rendition = rendition;
    this.#codec = codec;
    this.#onEncode = onEncode;
  }

  /**
   * Encodes a frame unless it is the last one. `bases` are the deltas of the viewers that want it. Called within
   * `frame.read`, as is {@link deliver}. Rejects like the codec; the next frame is then a key frame.
   */
  async advance(frame: SourceFrame, bases: readonly (DeltaBase | undefined)[]): Promise<void> {
    if (frame === this.#frame) return;
    const { encodings, maxWidth, maxHeight, quality } = this.#rendition;
    const keyFrame = !bases.some((base) => this.#indexAfter(base) !== undefined);
    this.#frame = undefined;
    this.#onEncode();
    const options = { encodings, maxWidth, maxHeight, quality, keyFrame };
    const link = linkOf(await this.#codec.encode(await frame.pixels(), options));
    this.#frame = frame;
    this.#deliveries.clear();
    if (link.metadata.delta.base === undefined) {
      this.#links = [];
      this.#keyBytes = link.data.byteLength;
    }
    this.#links.push(link);
    if (this.#links.length > maxLinks) this.#links.shift();
  }

  /** Returns the last frame for a viewer that has `base`. Rejects like the codec. */
  deliver(base: DeltaBase | undefined): Promise<Delivery> {
    // All viewers that need a key frame share one.
    const known = this.#indexAfter(base) === undefined ? undefined : base?.number;
    const earlier = this.#deliveries.get(known);
    if (earlier) return earlier;
    const delivery = this.#deliver(base);
    this.#deliveries.set(known, delivery);
    return delivery;
  }

  async #deliver(base: DeltaBase | undefined): Promise<Delivery> {
    const frame = this.#frame;
    const last = this.#links.at(-1);
    if (!frame || !last) throw new Error("the stream has no frame");
    const { number, coding } = last.metadata.delta;
    const link =
      this.#linkFor(base, last) ??
      (coding === "jpeg" ? await this.#keyFrame(frame, number) : await this.#losslessKeyFrame(frame, number));
    return { frame, encoded: frame.announce(link), base: { stream: this, number } };
  }

  /** Returns the delta that leads from `base` to the last frame; `undefined` if a key frame is needed. */
  #linkFor(base: DeltaBase | undefined, last: DeltaLink): DeltaLink | undefined {
    if (last.metadata.delta.base === undefined) return last;
    const index = this.#indexAfter(base);
    if (index === undefined) return undefined;
    const missed = this.#links.slice(index);
    if (missed.length > 0) return mergeDeltas(missed, this.#keyBytes);
    const { delta } = last.metadata;
    const unchanged = { ...delta, base: delta.number, regions: [] };
    return { metadata: { ...last.metadata, delta: unchanged }, data: new Uint8Array() };
  }

  /** Returns the index of the first delta after `base`; `undefined` if the deltas since then are not kept. */
  #indexAfter(base: DeltaBase | undefined): number | undefined {
    if (base?.stream !== this || this.#links.length === 0) return undefined;
    if (this.#links.at(-1)?.metadata.delta.number === base.number) return this.#links.length;
    const index = this.#links.findIndex(({ metadata }) => metadata.delta.base === base.number);
    return index < 0 ? undefined : index;
  }

  /** Encodes the whole frame as a JPEG, which viewers of JPEG of the same size share. */
  async #keyFrame(frame: SourceFrame, number: number): Promise<DeltaLink> {
    const { key, isDelta, ...rendition } = this.#rendition;
    const jpeg = await frame.encode({
      ...rendition,
      encodings: ["jpeg"],
      isDelta: false,
      key: key.replace("delta", "jpeg"),
    });
    const { data } = jpeg;
    const { codedWidth: width, codedHeight: height, rotation, timestamp } = jpeg.metadata;
    this.#keyBytes = data.byteLength;
    const regions = [{ x: 0, y: 0, width, height, bytes: data.byteLength }];
    return {
      metadata: {
        encoding: "delta",
        codedWidth: width,
        codedHeight: height,
        ...(rotation !== undefined && { rotation }),
        timestamp,
        delta: { number, coding: "jpeg", regions },
      },
      data,
    };
  }

  /** Encodes the whole frame with a codec of its own, which does not affect the stream. */
  async #losslessKeyFrame(frame: SourceFrame, number: number): Promise<DeltaLink> {
    const { encodings, maxWidth, maxHeight } = this.#rendition;
    const codec = new BroadcastImageCodec({ encoding: "delta", deltaRegions: "lossless" });
    const pixels = await frame.pixels();
    const { metadata, data } = linkOf(await codec.encode(pixels, { encodings, maxWidth, maxHeight }));
    this.#keyBytes = data.byteLength;
    return { metadata: { ...metadata, delta: { ...metadata.delta, number } }, data };
  }
}

function linkOf({ metadata, data }: EncodedImage): DeltaLink {
  return { metadata: metadata as DeltaImageMetadata, data };
}
