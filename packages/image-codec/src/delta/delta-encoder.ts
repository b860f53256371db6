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

/** How one picture is encoded. */
export interface DeltaEncodeOptions extends ResolvedImageCodecOptions {
  readonly keyFrame: boolean;
}

/** A picture as what changed since the one before it. */
export interface EncodedDelta {
  readonly metadata: DeltaImageMetadata;
  readonly data: Uint8Array;
}

interface CodedRegion {
  readonly region: DeltaRegion;
  readonly bytes: Uint8Array;
}

/**
 * Encodes the pictures of one stream, each as what changed since the last one it was given.
 * Regions are always coded from the picture itself, so that errors never add up.
 */
export class DeltaEncoder {
  #reference: ReferenceImage | undefined;
  #last: Promise<unknown> = Promise.resolve();
  /** Chosen with the first picture and kept, because later deltas build on it. */
  #regions: DeltaRegions | undefined;
  /** Starts anywhere, so that a picture of another stream is not taken for one of this. */
  #number = randomInt(2 ** 32);

  /**
   * Calls may overlap: pictures are encoded one after the other, in the order of the calls.
   * After a failure the next one is a whole picture.
   */
  encode(picture: RawImage | Promise<RawImage>, options: DeltaEncodeOptions): Promise<EncodedDelta> {
    const ready = Promise.resolve(picture);
    const encoded = this.#last.then(async () => this.#encode(await ready, options));
    // While the ones before it are being encoded, nobody else would handle a picture's failure.
    ready.catch(() => {});
    this.#last = encoded.catch(() => {
      this.#reference = undefined;
    });
    return encoded;
  }

  async #encode(picture: RawImage, options: DeltaEncodeOptions): Promise<EncodedDelta> {
    const { format, codedWidth, codedHeight, layout, colorSpace, ...rest } = picture.metadata;
    this.#regions ??= options.deltaRegions ?? (await defaultRegions(options));
    const regionOptions = { ...options, regions: this.#regions };
    const isLossless = this.#regions === "lossless";
    const reference = this.#reference?.isLike(picture.metadata) ? this.#reference : undefined;
    const changes = options.keyFrame ? undefined : reference?.changesOf(picture);
    const base = changes && { base: this.#number };
    const number = ++this.#number;

    const regions = changes ?? [{ x: 0, y: 0, width: codedWidth, height: codedHeight }];
    const coding = settleAll(regions.map((region) => codeRegion(picture, region, regionOptions)));
    const [coded] = await settleAll([coding, this.#remember(picture, reference, changes)]);
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

  /** Makes the picture the reference, while the encoder is at work in another thread. */
  async #remember(
    picture: RawImage,
    reference: ReferenceImage | undefined,
    changes: readonly ImageRegion[] | undefined,
  ): Promise<void> {
    if (changes?.length === 0) return;
    await setImmediate();
    if (reference) reference.update(picture, changes);
    else this.#reference = new ReferenceImage(picture);
  }
}

/** JPEG if an engine is installed or named (a named engine must be installed), otherwise lossless, which needs no engine. */
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
