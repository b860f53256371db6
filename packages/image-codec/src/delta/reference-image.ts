import { isDeepStrictEqual } from "node:util";
import { allocateExactBytes } from "../memory/allocate.ts";
import { copyPixels, isSameImage, type PlacedImage, regionGeometry } from "../pixels/image-rows.ts";
import type { RawImage, RawImageMetadata } from "../sample/image-metadata.ts";
import type { ImageRegion } from "../sample/image-sample.ts";
import { isYuvFormat } from "../sample/pixel-format.ts";
import { planesOf } from "../sample/planes.ts";
import { findDirtyBlocks } from "./dirty-blocks.ts";
import { dirtyRegions } from "./dirty-regions.ts";
import { RowSample } from "./row-sample.ts";

/** Of the picture. Where more than this changed, coding the regions costs hardly less than coding all of it. */
const maxShare = 0.6;

/** After so many pictures in a row of which most changed, the next ones are taken for such, too. */
const leastMoving = 2;

/** Until less than this of a sample changes. Single rows show less of the changes than blocks do. */
const leastMovingShare = 0.25;

/**
 * A copy of the last picture that an encoder has seen, since whoever made it may write the next one over it.
 *
 * While most of each picture changes, as in a video, finding out how much and copying all of it cost a good part of what
 * compressing it does. So only a sample is kept then. When that shows that things have calmed down, one more picture is
 * taken as a whole, and copied.
 */
export class ReferenceImage {
  readonly #data: Uint8Array;
  readonly #metadata: RawImageMetadata;
  /** Pictures in a row of which most changed. */
  #moving = 0;
  /** Of the last picture, where the copy is one of another picture before it. */
  #sample: RowSample | undefined;

  /** Copies the picture, whose data is known to hold every row. */
  constructor({ data, metadata }: RawImage) {
    const { layout, ...tight } = metadata;
    this.#metadata = tight;
    this.#data = allocateExactBytes(Math.max(...planesOf(tight).map(({ end }) => end)));
    copyPixels(data, metadata, this.#data, tight);
  }

  /** Whether the other picture has the same size, format, rotation and colours, so that it may be told by its changes. */
  isLike({ layout, timestamp, ...fields }: RawImageMetadata): boolean {
    const { timestamp: _, ...own } = this.#metadata;
    return isDeepStrictEqual(fields, own);
  }

  /** What changed, in regions of whole blocks; `undefined` if that is most of the picture. The picture is like this one. */
  changesOf({ data, metadata: geometry }: RawImage): ImageRegion[] | undefined {
    const before: PlacedImage = { data: this.#data, geometry: this.#metadata };
    const after: PlacedImage = { data, geometry };
    if (isYuvFormat(geometry.format)) return isSameImage(before, after) ? [] : undefined;

    if (this.#sample) {
      if (this.#sample.differingShare(after) < leastMovingShare) this.#calmDown();
      return undefined;
    }
    const regions = changedRegions(before, after);
    this.#moving = regions ? 0 : this.#moving + 1;
    return regions;
  }

  /** Takes the pixels of the regions, or all of them, from a picture like this one. */
  update({ data, metadata: geometry }: RawImage, regions: readonly ImageRegion[] | undefined): void {
    if (!regions) this.#replace({ data, geometry });
    for (const region of regions ?? []) {
      const target = regionGeometry(this.#metadata, region);
      copyPixels(data, regionGeometry(geometry, region), this.#data, target);
    }
  }

  #replace(picture: PlacedImage): void {
    if (this.#sample) this.#sample.update(picture);
    else if (this.#moving >= leastMoving) this.#sample = RowSample.of(picture);
    if (!this.#sample) copyPixels(picture.data, picture.geometry, this.#data, this.#metadata);
  }

  #calmDown(): void {
    this.#sample = undefined;
    this.#moving = 0;
  }
}

/** Of RGB pictures of the same size and format; `undefined` if that is most of the picture. */
function changedRegions(before: PlacedImage, after: PlacedImage): ImageRegion[] | undefined {
  const { codedWidth, codedHeight } = after.geometry;
  const blocks = findDirtyBlocks(before, after, maxShare);
  const regions = blocks && dirtyRegions(blocks, codedWidth, codedHeight);
  const area = regions?.reduce((sum, { width, height }) => sum + width * height, 0) ?? 0;
  return area > maxShare * codedWidth * codedHeight ? undefined : regions;
}
