import { allocateExactBytes } from "../memory/allocate.ts";
import { copyPixels, type PlacedImage, rowComparisons } from "../pixels/image-rows.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../sample/planes.ts";
import { blockSize } from "./dirty-blocks.ts";

/**
 * Distance between kept rows, and between the compared spans in a kept row, in pixels. A span is as wide as a block.
 */
const rowStep = 2 * blockSize;
const columnStep = 4 * blockSize;

/** Minimum number of spans in a sample. A smaller sample does not represent the rest of the image. */
const leastSpans = 64;

/**
 * Sampled rows of an RGB image. They show how much of the next image differs, and cost far less than a copy of the
 * image.
 */
export class RowSample {
  readonly #kept: PlacedImage;

  private constructor(image: PlacedImage) {
    const { layout, ...tight } = sampledRows(image.geometry);
    const data = allocateExactBytes(tight.codedWidth * tight.codedHeight * bytesPerPixel[tight.format]);
    this.#kept = { data, geometry: tight };
    this.update(image);
  }

  /** Copies the sampled rows of an image. Returns `undefined` if the image is too small for a sample. */
  static of(image: PlacedImage): RowSample | undefined {
    const { codedWidth, codedHeight } = sampledRows(image.geometry);
    const isEnough = codedHeight * Math.ceil(codedWidth / columnStep) >= leastSpans;
    return isEnough ? new RowSample(image) : undefined;
  }

  /** Returns the share of spans (0 to 1) that differ in another image of the same size and format. */
  differingShare({ data, geometry }: PlacedImage): number {
    const { codedWidth, codedHeight, format } = this.#kept.geometry;
    const step = bytesPerPixel[format];
    const [isSame] = rowComparisons(this.#kept, { data, geometry: sampledRows(geometry) });
    let spans = 0;
    let differing = 0;
    for (let row = 0; row < codedHeight; row++) {
      for (let column = 0; column < codedWidth; column += columnStep) {
        const end = Math.min(column + blockSize, codedWidth);
        spans++;
        if (!isSame(row, row + 1, column * step, end * step)) differing++;
      }
    }
    return differing / spans;
  }

  /** Replaces the rows with those of another image of the same size and format. */
  update({ data, geometry }: PlacedImage): void {
    copyPixels(data, sampledRows(geometry), this.#kept.data, this.#kept.geometry);
  }
}

/** Describes the sampled rows as a separate image with gaps between its rows. */
function sampledRows(geometry: PixelGeometry): PixelGeometry {
  const { format, codedWidth, codedHeight } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const first = Math.min(rowStep >>> 1, codedHeight - 1);
  return {
    format,
    codedWidth,
    codedHeight: Math.ceil((codedHeight - first) / rowStep),
    layout: [{ offset: offset + first * stride, stride: stride * rowStep }],
  };
}
