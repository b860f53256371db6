import { type PlacedImage, rowComparisons } from "../pixels/image-rows.ts";
import { bytesPerPixel } from "../sample/pixel-format.ts";

/**
 * Side of a block in pixels. It is the side of the largest coding unit of a JPEG (4:2:0), so that a region of whole blocks
 * consists of the same coding units as the whole image.
 */
export const blockSize = 16;

/** The blocks of an image that changed. Blocks at the right and bottom edges may be smaller. */
export interface DirtyBlocks {
  readonly columns: number;
  readonly rows: number;
  /** One byte for each block, row by row: 1 if at least one pixel changed. */
  readonly marks: Uint8Array;
  readonly count: number;
}

/** Whether pixel rows `top` to `bottom` are equal in block columns `left` to `right`; both ends are exclusive. */
type IsSame = (top: number, bottom: number, left: number, right: number) => boolean;

/** A smaller sample than this says too little about the rest of the image. */
const leastSample = 64;

/**
 * Finds the blocks that differ in two RGB images of the same size and format. Stops and returns `undefined` as soon as more
 * than `maxShare` (0 to 1) of all blocks, or of a sample of them, differ.
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
    // The sample is taken at the first change, because most images have none.
    if (count === 0 && sampledShare(columns, codedHeight, isSame) > maxShare) return undefined;
    count += markStrip(strip, top, bottom, isSame);
    if (count > maxShare * marks.length) return undefined;
  }
  return { columns, rows, marks, count };
}

/** The share of blocks that differ in their middle row. Every fourth block is compared, across and down. */
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
 * Marks the changed blocks of one row of blocks and returns their number. Blocks without a known change form long runs. A
 * run is compared at once and halved only if it differs, so each pixel row costs about one comparison for each change.
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
