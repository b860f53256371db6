import { isDeepStrictEqual } from "node:util";
import { findDirtyBlocks } from "./dirty-blocks.ts";
import { dirtyRegions } from "./dirty-regions.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import type { RawImageMetadata } from "./image-metadata.ts";
import { copyPixels, type ImageRegion, regionGeometry } from "./image-region.ts";
import { planesOf } from "./picture-planes.ts";
import { isYuvFormat } from "./pixel-format.ts";
import type { RawPicture } from "./raw-picture.ts";
import { isSamePicture, type PlacedPicture } from "./row-comparison.ts";

/** Of the picture. Where more than this changed, coding the regions costs hardly less than coding all of it. */
const maxShare = 0.6;

/** A copy of the last picture that an encoder has seen, since whoever made it may write the next one over it. */
export class ReferencePicture {
  readonly #data: Uint8Array;
  readonly #metadata: RawImageMetadata;

  /** Copies the picture, whose data is known to hold every row. */
  constructor({ data, metadata }: RawPicture) {
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
  changesOf({ data, metadata: geometry }: RawPicture): ImageRegion[] | undefined {
    const before: PlacedPicture = { data: this.#data, geometry: this.#metadata };
    const after: PlacedPicture = { data, geometry };
    if (isYuvFormat(geometry.format)) return isSamePicture(before, after) ? [] : undefined;

    const { codedWidth, codedHeight } = geometry;
    const blocks = findDirtyBlocks(before, after, maxShare);
    const regions = blocks && dirtyRegions(blocks, codedWidth, codedHeight);
    const area = regions?.reduce((sum, { width, height }) => sum + width * height, 0) ?? 0;
    return area > maxShare * codedWidth * codedHeight ? undefined : regions;
  }

  /** Takes the pixels of the regions, or all of them, from a picture like this one. */
  update({ data, metadata: geometry }: RawPicture, regions: readonly ImageRegion[] | undefined): void {
    if (!regions) copyPixels(data, geometry, this.#data, this.#metadata);
    for (const region of regions ?? []) {
      const target = regionGeometry(this.#metadata, region);
      copyPixels(data, regionGeometry(geometry, region), this.#data, target);
    }
  }
}
