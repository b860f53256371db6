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

/** Options for one image. */
export interface DeltaEncodeOptions extends ResolvedImageCodecOptions {
  readonly keyFrame: boolean;
}

/** An image that is encoded as changes to the previous one. */
export interface EncodedDelta {
  readonly metadata: DeltaImageMetadata;
  readonly data: Uint8Array;
}

interface CodedRegion {
  readonly region: DeltaRegion;
  readonly bytes: Uint8Array;
}

/**
 * Encodes the images of one stream, each as changes to the previous one.
 * Regions are always encoded from the source pixels, so that losses do not accumulate.
 */
export class DeltaEncoder {
  #reference: ReferenceImage | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Chosen for the first image and kept, because later deltas are based on it. */
  #regions: DeltaRegions | undefined;
  /** Starts at a random number, so that an image of another stream is not mistaken for a base. */
  #number = randomInt(2 ** 32);

  /**
   * Encodes an image. Calls may overlap: images are encoded one after the other, in the order of the calls. After a failure
   * the next image is encoded as a whole.
   */
  encode(image: RawImage | Promise<RawImage>, options: DeltaEncodeOptions): Promise<EncodedDelta> {
    const ready = Promise.resolve(image);
    const encoded = this.#last.then(async () => this.#encode(await ready, options));
    // Prevents an unhandled rejection while earlier images are being encoded.
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

  /** Makes the image the reference, while the engine encodes on another thread. */
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

/** Chooses JPEG if an engine is installed or named (a named engine must be installed), otherwise lossless, which needs no engine. */
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
