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

/** If more than this share of the image changed, encoding the regions saves hardly anything over the whole image. */
const maxShare = 0.6;

/** After this many images in a row that mostly changed, the next images are assumed to change as well. */
const leastMoving = 2;

/** If less than this share of the sample differs, changes are searched again. Single rows show fewer changes than blocks. */
const leastMovingShare = 0.25;

/**
 * A copy of the last image that an encoder received. The source may overwrite its own memory with the next image.
 *
 * While most of each image changes, as in a video, searching for changes and copying the image cost a large part of the time
 * that compressing it takes. Only a sample of its rows is kept then. When the sample shows few changes, one more image is
 * encoded as a whole and copied.
 */
export class ReferenceImage {
  readonly #data: Uint8Array;
  readonly #metadata: RawImageMetadata;
  /** Number of images in a row that mostly changed. */
  #moving = 0;
  /** A sample of the last image. It is set while `#data` holds an earlier image. */
  #sample: RowSample | undefined;

  /** Copies the image, whose data must hold every row. */
  constructor({ data, metadata }: RawImage) {
    const { layout, ...tight } = metadata;
    this.#metadata = tight;
    this.#data = allocateExactBytes(endOfPlanes(planesOf(tight)));
    copyPixels(data, metadata, this.#data, tight);
  }

  /** Whether the other image has the same size, format, rotation and colour space, so that changes describe it completely. */
  isLike({ layout, timestamp, ...fields }: RawImageMetadata): boolean {
    const { timestamp: _, ...own } = this.#metadata;
    return isDeepStrictEqual(fields, own);
  }

  /**
   * Finds the changed regions of an image for which {@link isLike} is true. They consist of whole blocks. Returns `undefined`
   * if most of the image changed.
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

  /** Copies the pixels of the regions from the image; all pixels if `regions` is `undefined`. */
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

/** Finds the changed regions of RGB images of the same size and format; `undefined` if most of the image changed. */
function changedRegions(before: PlacedImage, after: PlacedImage): ImageRegion[] | undefined {
  const { codedWidth, codedHeight } = after.geometry;
  const blocks = findDirtyBlocks(before, after, maxShare);
  const regions = blocks && dirtyRegions(blocks, codedWidth, codedHeight);
  const area = regions?.reduce((sum, { width, height }) => sum + width * height, 0) ?? 0;
  return area > maxShare * codedWidth * codedHeight ? undefined : regions;
}
