import { type PlacedImage, rowComparisons } from "../pixels/image-rows.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";

/**
 * Side of a block in pixels. It equals the side of the largest coding unit of a 4:2:0 JPEG, so a region of whole blocks
 * has the same coding units as the whole image.
 */
export const blockSize = 16;

/** The changed blocks of an image. Blocks at the right and bottom edges may be smaller. */
export interface DirtyBlocks {
  readonly columns: number;
  readonly rows: number;
  /** One byte per block, row by row: 1 if a pixel of the block changed, otherwise 0. */
  readonly marks: Uint8Array;
  readonly count: number;
}

/**
 * Whether two images are equal in pixel rows `top` to `bottom` and block columns `left` to `right`. `bottom` and
 * `right` are exclusive.
 */
type IsSame = (top: number, bottom: number, left: number, right: number) => boolean;

/** Minimum number of blocks in a sample. A smaller sample does not represent the rest of the image. */
const leastSample = 64;

/**
 * Finds the blocks that differ between two RGB images of the same size and format. Stops and returns `undefined` if
 * more than `maxShare` (0 to 1) of all blocks, or of a sample of them, differ.
 */
export function findDirtyBlocks(
  before: PlacedImage,
  after: PlacedImage,
  maxShare: number,
): DirtyBlocks | undefined {
  const { codedWidth, codedHeight } = after.geometry;
  const columns = Math.ceil(codedWidth / blockSize);
  const rows = Math.ceil(codedHeight / blockSize);
  const isSame = blockComparison(before, after);

  const marks = new Uint8Array(columns * rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const strip = marks.subarray(row * columns, (row + 1) * columns);
    const top = row * blockSize;
    const bottom = Math.min(top + blockSize, codedHeight);
    if (isSame(top, bottom, 0, columns)) continue;
    // Compares the sample only after the first change was found, because most images have no change.
    if (count === 0 && sampledShare(columns, codedHeight, isSame) > maxShare) return undefined;
    count += markStrip(strip, top, bottom, isSame);
    if (count > maxShare * marks.length) return undefined;
  }
  return { columns, rows, marks, count };
}

/**
 * Returns the share of differing blocks in a sample, or 0 if the image is too small for a sample. The sample is every
 * fourth block across and down, compared in its middle row.
 */
function sampledShare(columns: number, codedHeight: number, isSame: IsSame): number {
  let sampled = 0;
  let differing = 0;
  for (let y = blockSize / 2; y < codedHeight; y += 4 * blockSize) {
    for (let column = 0; column < columns; column += 4) {
      sampled++;
      if (!isSame(y, y + 1, column, column + 1)) differing++;
    }
  }
  return sampled < leastSample ? 0 : differing / sampled;
}

/**
 * Marks the changed blocks in one row of blocks and returns their number. In each pixel row, a run of unmarked blocks
 * is compared at once. Only a run that differs is halved and compared again, so a row without new changes costs one
 * comparison per run.
 */
function markStrip(strip: Uint8Array, top: number, bottom: number, isSame: IsSame): number {
  let count = 0;
  let clean: [left: number, right: number][] = [[0, strip.length]];
  let rest: typeof clean = [];

  const sift = (y: number, left: number, right: number): void => {
    if (isSame(y, y + 1, left, right)) {
      const last = rest.at(-1);
      if (last?.[1] === left) last[1] = right;
      else rest.push([left, right]);
    } else if (right - left === 1) {
      strip[left] = 1;
      count++;
    } else {
      const middle = (left + right) >>> 1;
      sift(y, left, middle);
      sift(y, middle, right);
    }
  };
  for (let y = top; y < bottom && clean.length > 0; y++) {
    rest = [];
    for (const [left, right] of clean) sift(y, left, right);
    clean = rest;
  }
  return count;
}

function blockComparison(before: PlacedImage, after: PlacedImage): IsSame {
  const { format, codedWidth } = after.geometry;
  const rowBytes = codedWidth * bytesPerPixel[format];
  const blockBytes = blockSize * bytesPerPixel[format];
  const [isSame] = rowComparisons(before, after);
  return (top, bottom, left, right) =>
    isSame(top, bottom, left * blockBytes, Math.min(right * blockBytes, rowBytes));
}
