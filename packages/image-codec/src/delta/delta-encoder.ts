import { randomInt } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { loadJpegEngine } from "../engines/load-engine.ts";
import { allocateExactBytes } from "../memory/allocate.ts";
import type { DeltaRegions, ResolvedImageCodecOptions } from "../options/image-codec-options.ts";
import { regionGeometry } from "../pixels/image-rows.ts";
import type { DeltaImageMetadata, DeltaRegion } from "../sample/delta-metadata.ts";
import type { RawImage } from "../sample/image-metadata.ts";
import type { ImageRegion } from "../sample/image-sample.ts";
import { isYuvFormat } from "../sample/pixel-format.ts";
import { ReferenceImage } from "./reference-image.ts";
import { encodeRegion, settleAll } from "./region-codec.ts";

/** Options of the codec, and whether the image is encoded as a key frame. */
export interface DeltaEncodeOptions extends ResolvedImageCodecOptions {
  readonly keyFrame: boolean;
}

/** An encoded delta: the changes from the previous image, or a key frame. */
export interface EncodedDelta {
  readonly metadata: DeltaImageMetadata;
  readonly data: Uint8Array;
}

interface CodedRegion {
  readonly region: DeltaRegion;
  readonly bytes: Uint8Array;
}

/**
 * Encodes one stream of images as deltas. Each delta holds the changes from the previous image, or a key frame.
 * Regions are encoded from the source pixels, so losses do not accumulate.
 */
export class DeltaEncoder {
  #reference: ReferenceImage | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /**
   * How regions are encoded. The choice for the first image applies to the whole stream, because each delta is based on
   * the previous one.
   */
  #regions: DeltaRegions | undefined;
  /**
   * Number of the last image. The first number is random, so that a decoder does not mistake an image of another stream
   * for a base.
   */
  #number = randomInt(2 ** 32);

  /**
   * Encodes an image. Calls may overlap; images are encoded one after the other, in the order of the calls. After a
   * failure, the next image is encoded as a key frame.
   */
  encode(image: RawImage | Promise<RawImage>, options: DeltaEncodeOptions): Promise<EncodedDelta> {
    const ready = Promise.resolve(image);
    const encoded = this.#last.then(async () => this.#encode(await ready, options));
    // Prevents an unhandled rejection if `image` rejects while earlier images are being encoded.
    ready.catch(() => {});
    this.#last = encoded.catch(() => {
      this.#reference = undefined;
    });
    return encoded;
  }

  async #encode(image: RawImage, options: DeltaEncodeOptions): Promise<EncodedDelta> {
    const { format, codedWidth, codedHeight, layout, colorSpace, ...rest } = image.metadata;
    this.#regions ??= options.deltaRegions ?? (await defaultRegions(options));
    const regionOptions = { ...options, regions: this.#regions };
    const isLossless = this.#regions === "lossless";
    const reference = this.#reference?.isLike(image.metadata) ? this.#reference : undefined;
    const changes = options.keyFrame ? undefined : reference?.changesOf(image);
    const base = changes && { base: this.#number };
    const number = ++this.#number;

    const regions = changes ?? [{ x: 0, y: 0, width: codedWidth, height: codedHeight }];
    const coding = settleAll(regions.map((region) => codeRegion(image, region, regionOptions)));
    const [coded] = await settleAll([coding, this.#remember(image, reference, changes)]);
    return {
      metadata: {
        encoding: "delta",
        codedWidth,
        codedHeight,
        ...rest,
        ...(isLossless && { format, ...(colorSpace && { colorSpace }) }),
        delta: {
          number,
          ...base,
          coding: isLossless ? "deflate" : "jpeg",
          regions: coded.map(({ region }) => region),
        },
      },
      data: joined(coded.map(({ bytes }) => bytes)),
    };
  }

  /** Stores the image for the comparison with the next one. Runs while the engine encodes on another thread. */
  async #remember(
    image: RawImage,
    reference: ReferenceImage | undefined,
    changes: readonly ImageRegion[] | undefined,
  ): Promise<void> {
    if (changes?.length === 0) return;
    await setImmediate();
    if (reference) reference.update(image, changes);
    else this.#reference = new ReferenceImage(image);
  }
}

/**
 * Returns "jpeg" if the options name an engine or a JPEG engine is installed, otherwise "lossless", which needs no
 * engine. Does not check whether a named engine is installed.
 */
async function defaultRegions({ engine }: DeltaEncodeOptions): Promise<DeltaRegions> {
  if (engine) return "jpeg";
  return loadJpegEngine(undefined).then(
    () => "jpeg",
    () => "lossless",
  );
}

async function codeRegion(
  { data, metadata }: RawImage,
  region: ImageRegion,
  options: DeltaEncodeOptions & { readonly regions: DeltaRegions },
): Promise<CodedRegion> {
  const geometry = isYuvFormat(metadata.format) ? metadata : regionGeometry(metadata, region);
  const bytes = await encodeRegion(data, geometry, options);
  return { region: { ...region, bytes: bytes.byteLength }, bytes };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first && parts.length === 1) return first;
  const whole = allocateExactBytes(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
