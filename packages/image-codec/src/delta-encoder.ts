import { randomInt } from "node:crypto";
import type { DeltaCoding, DeltaRegion } from "./delta-description.ts";
import type { DeltaImageMetadata } from "./delta-metadata.ts";
import { encodeRegion } from "./delta-region-codec.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import type { JpegOptions } from "./image-codec-options.ts";
import type { RawImageMetadata } from "./image-metadata.ts";
import { type ImageRegion, regionGeometry } from "./image-region.ts";
import { isYuvFormat } from "./pixel-format.ts";
import { ReferencePicture } from "./reference-picture.ts";

/** How one picture is encoded. */
export interface DeltaEncodeOptions extends JpegOptions {
  readonly coding: DeltaCoding;
  readonly keyFrame: boolean;
}

/** A picture as what changed since the one before it. */
export interface EncodedDelta {
  readonly metadata: DeltaImageMetadata;
  readonly data: Uint8Array;
}

/**
 * Encodes the pictures of one stream, each as what changed since the last one it was given.
 * Regions are always coded from the picture itself, so that errors never add up.
 */
export class DeltaEncoder {
  #reference: ReferencePicture | undefined;
  #coding: DeltaCoding | undefined;
  /** Starts anywhere, so that a picture of another stream is not taken for one of this. */
  #number = randomInt(2 ** 32);

  /**
   * The data is known to hold every row, and is unchanged until the promise settles. Calls may overlap: pictures are
   * compared in the order of the calls. After a failure the next call gives a whole picture.
   */
  async encode(
    data: Uint8Array,
    metadata: RawImageMetadata,
    options: DeltaEncodeOptions,
  ): Promise<EncodedDelta> {
    const { format, codedWidth, codedHeight, layout, colorSpace, ...rest } = metadata;
    const { coding } = options;
    const changes = this.#changes(data, metadata, options);
    const base = changes && this.#number;
    const number = ++this.#number;

    const whole = { x: 0, y: 0, width: codedWidth, height: codedHeight };
    const parts = await this.#code(changes ?? [whole], data, metadata, options);
    const regions: DeltaRegion[] = parts.map(({ region, bytes }) => ({ ...region, bytes: bytes.byteLength }));
    return {
      metadata: {
        encoding: "delta",
        codedWidth,
        codedHeight,
        ...rest,
        ...(coding === "deflate" && { format, ...(colorSpace && { colorSpace }) }),
        delta: { number, ...(base !== undefined && { base }), coding, regions },
      },
      data: joined(parts.map(({ bytes }) => bytes)),
    };
  }

  /** What changed, or `undefined` where a whole picture is needed; the picture is the reference from here on. */
  #changes(
    data: Uint8Array,
    metadata: RawImageMetadata,
    { coding, keyFrame }: DeltaEncodeOptions,
  ): ImageRegion[] | undefined {
    const reference = this.#reference;
    if (!reference?.isLike(metadata) || this.#coding !== coding) {
      this.#reference = new ReferencePicture(data, metadata);
      this.#coding = coding;
      return undefined;
    }
    const changes = keyFrame ? undefined : reference.changesOf(data, metadata);
    reference.update(data, metadata, changes);
    return changes;
  }

  async #code(
    regions: readonly ImageRegion[],
    data: Uint8Array,
    metadata: RawImageMetadata,
    options: DeltaEncodeOptions,
  ): Promise<{ readonly region: ImageRegion; readonly bytes: Uint8Array }[]> {
    try {
      return await Promise.all(
        regions.map(async (region) => {
          const geometry = isYuvFormat(metadata.format) ? metadata : regionGeometry(metadata, region);
          return { region, bytes: await encodeRegion(data, geometry, options.coding, options) };
        }),
      );
    } catch (error) {
      this.#reference = undefined;
      throw error;
    }
  }
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
