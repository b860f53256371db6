import { allocateExactBytes } from "../memory/allocate.ts";
import { copyPixels, type PlacedImage, packedRows, rowComparisons } from "../pixels/image-rows.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";
import type { PixelGeometry } from "../sample/planes.ts";
import { blockSize } from "./dirty-blocks.ts";

/** One row in so many is kept, and in each one a stretch as wide as a block is looked at every so many pixels. */
const rowStep = 2 * blockSize;
const columnStep = 4 * blockSize;

/** Fewer stretches than this say nothing about the rest. */
const leastStretches = 64;

/** Rows spread over an RGB picture: enough to tell whether the next one is another, at a small part of the cost of a copy. */
export class RowSample {
  readonly #kept: PlacedImage;

  private constructor(picture: PlacedImage) {
    const { layout, ...tight } = sampledRows(picture.geometry);
    const data = allocateExactBytes(tight.codedWidth * tight.codedHeight * bytesPerPixel[tight.format]);
    this.#kept = { data, geometry: tight };
    this.update(picture);
  }

  /** Copies the rows; `undefined` where the picture is too small to be judged by so few. */
  static of(picture: PlacedImage): RowSample | undefined {
    const { codedWidth, codedHeight } = sampledRows(picture.geometry);
    const isEnough = codedHeight * Math.ceil(codedWidth / columnStep) >= leastStretches;
    return isEnough ? new RowSample(picture) : undefined;
  }

  /** The share of stretches (0 to 1) that are not the same in a picture of the same size and format. */
  differingShare({ data, geometry }: PlacedImage): number {
    const { codedWidth, codedHeight, format } = this.#kept.geometry;
    const step = bytesPerPixel[format];
    const [isSame] = rowComparisons(this.#kept, { data, geometry: sampledRows(geometry) });
    let stretches = 0;
    let differing = 0;
    for (let row = 0; row < codedHeight; row++) {
      for (let column = 0; column < codedWidth; column += columnStep) {
        const end = Math.min(column + blockSize, codedWidth);
        stretches++;
        if (!isSame(row, row + 1, column * step, end * step)) differing++;
      }
    }
    return differing / stretches;
  }

  /** Takes the rows of another picture of the same size and format. */
  update({ data, geometry }: PlacedImage): void {
    copyPixels(data, sampledRows(geometry), this.#kept.data, this.#kept.geometry);
  }
}

/** The rows seen as a picture of their own, whose rows have gaps between them. */
function sampledRows(geometry: PixelGeometry): PixelGeometry {
  const { format, codedWidth, codedHeight } = geometry;
  const { offset, stride } = packedRows(geometry);
  const first = Math.min(rowStep >>> 1, codedHeight - 1);
  return {
    format,
    codedWidth,
    codedHeight: Math.ceil((codedHeight - first) / rowStep),
    layout: [{ offset: offset + first * stride, stride: stride * rowStep }],
  };
}
