import { isDeepStrictEqual } from "node:util";
import { allocateExactBytes } from "../memory/allocate.ts";
import { copyPixels, isSameImage, type PlacedImage, regionGeometry } from "../pixels/image-rows.ts";
import type { RawImage, RawImageMetadata } from "../sample/image-metadata.ts";
import type { ImageRegion } from "../sample/image-sample.ts";
import { isYuvFormat } from "../sample/pixel-format.ts";
import { endOfPlanes, planesOf } from "../sample/planes.ts";
import { findDirtyBlocks } from "./dirty-blocks.ts";
import { dirtyRegions } from "./dirty-regions.ts";
import { RowSample } from "./row-sample.ts";

/**
 * Maximum share of the image area that may change before the image is encoded as a key frame. With a larger share,
 * regions cost about as much as a key frame.
 */
const maxShare = 0.6;

/** Number of consecutive images that mostly changed, after which the search for changes stops. */
const leastMoving = 2;

/**
 * The search for changes resumes when the share of differing spans in the row sample falls below this value. The share
 * is smaller than {@link maxShare}, because a span of one pixel row shows fewer changes than a block of 16 rows.
 */
const leastMovingShare = 0.25;

/**
 * A copy of the last image that an encoder received, because the source may overwrite its own memory with the next
 * image.
 *
 * While most of each image changes, as in a video, the search for changes and the copy take a large part of the
 * encoding time. Therefore only a sample of rows is kept during that time. When the sample shows few changes, the new
 * image is encoded as a key frame and copied.
 */
export class ReferenceImage {
  readonly #data: Uint8Array;
  readonly #metadata: RawImageMetadata;
  /** Number of consecutive images that mostly changed. */
  #moving = 0;
  /** Sampled rows of the last image. While `#sample` is set, `#data` holds an earlier image. */
  #sample: RowSample | undefined;

  /** Copies an image. Its data must hold every row. */
  constructor({ data, metadata }: RawImage) {
    const { layout, ...tight } = metadata;
    this.#metadata = tight;
    this.#data = allocateExactBytes(endOfPlanes(planesOf(tight)));
    copyPixels(data, metadata, this.#data, tight);
  }

  /**
   * Whether an image can be encoded as changes to this one: size, format, rotation and colour space must be the same.
   */
  isLike({ layout, timestamp, ...fields }: RawImageMetadata): boolean {
    const { timestamp: _, ...own } = this.#metadata;
    return isDeepStrictEqual(fields, own);
  }

  /**
   * Finds the changed regions of an image for which {@link isLike} is true. Regions consist of whole blocks. Returns
   * `undefined` if most of the image changed.
   */
  changesOf({ data, metadata: geometry }: RawImage): ImageRegion[] | undefined {
    const before: PlacedImage = { data: this.#data, geometry: this.#metadata };
    const after: PlacedImage = { data, geometry };
    if (isYuvFormat(geometry.format)) return isSameImage(before, after) ? [] : undefined;

    if (this.#sample) {
      if (this.#sample.differingShare(after) < leastMovingShare) this.#dropSample();
      return undefined;
    }
    const regions = changedRegions(before, after);
    this.#moving = regions ? 0 : this.#moving + 1;
    return regions;
  }

  /** Copies the pixels of `regions` from an image, or all pixels if `regions` is `undefined`. */
  update({ data, metadata: geometry }: RawImage, regions: readonly ImageRegion[] | undefined): void {
    if (!regions) this.#replace({ data, geometry });
    for (const region of regions ?? []) {
      const target = regionGeometry(this.#metadata, region);
      copyPixels(data, regionGeometry(geometry, region), this.#data, target);
    }
  }

  #replace(image: PlacedImage): void {
    if (this.#sample) this.#sample.update(image);
    else if (this.#moving >= leastMoving) this.#sample = RowSample.of(image);
    if (!this.#sample) copyPixels(image.data, image.geometry, this.#data, this.#metadata);
  }

  #dropSample(): void {
    this.#sample = undefined;
    this.#moving = 0;
  }
}

/**
 * Finds the changed regions between two RGB images of the same size and format. Returns `undefined` if most of the
 * image changed.
 */
function changedRegions(before: PlacedImage, after: PlacedImage): ImageRegion[] | undefined {
  const { codedWidth, codedHeight } = after.geometry;
  const blocks = findDirtyBlocks(before, after, maxShare);
  const regions = blocks && dirtyRegions(blocks, codedWidth, codedHeight);
  const area = regions?.reduce((sum, { width, height }) => sum + width * height, 0) ?? 0;
  return area > maxShare * codedWidth * codedHeight ? undefined : regions;
}
