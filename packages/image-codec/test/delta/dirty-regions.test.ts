import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockSize, type DirtyBlocks } from "../../src/delta/dirty-blocks.ts";
import { dirtyRegions } from "../../src/delta/dirty-regions.ts";
import type { ImageRegion } from "../../src/index.ts";

function blocksOf(
  columns: number,
  rows: number,
  isDirty: (column: number, row: number) => boolean,
): DirtyBlocks {
  const marks = Uint8Array.from({ length: columns * rows }, (_, index) =>
    isDirty(index % columns, Math.floor(index / columns)) ? 1 : 0,
  );
  return { columns, rows, marks, count: marks.reduce((sum, mark) => sum + mark, 0) };
}

function isIn(column: number, row: number, { x, y, width, height }: ImageRegion): boolean {
  const [left, top] = [column * blockSize, row * blockSize];
  return left >= x && left < x + width && top >= y && top < y + height;
}

function areaOf(regions: readonly ImageRegion[]): number {
  return regions.reduce((sum, { width, height }) => sum + width * height, 0);
}

const whole = blockSize ** 2;

describe("dirtyRegions", () => {
  it("covers each changed block once with at most 16 regions of whole blocks inside the image", () => {
    const side = fc.integer({ min: 1, max: 700 });
    const rectangle = fc.tuple(fc.nat(60), fc.nat(60), fc.nat(20), fc.nat(20));
    const scattered = fc.tuple(fc.nat(1000), fc.nat());
    fc.assert(
      fc.property(
        side,
        side,
        fc.array(rectangle, { maxLength: 30 }),
        scattered,
        (width, height, dirty, noise) => {
          const columns = Math.ceil(width / blockSize);
          const rows = Math.ceil(height / blockSize);
          const [density, seed] = noise;
          const blocks = blocksOf(columns, rows, (column, row) => {
            const inOne = dirty.some(
              ([x, y, w, h]) => column >= x && column <= x + w && row >= y && row <= y + h,
            );
            return (
              inOne || Math.imul(column * 31 + row * 1009 + seed, 2_654_435_761) >>> 0 < density * 400_000
            );
          });
          const regions = dirtyRegions(blocks, width, height);

          expect(regions.length).toBeLessThanOrEqual(16);
          for (const region of regions) {
            expect(region.x % blockSize).toBe(0);
            expect(region.y % blockSize).toBe(0);
            expect(region.width).toBeGreaterThan(0);
            expect(region.height).toBeGreaterThan(0);
            expect(region.x + region.width).toBeLessThanOrEqual(width);
            expect(region.y + region.height).toBeLessThanOrEqual(height);
          }
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              const holders = regions.filter((region) => isIn(column, row, region)).length;
              if (blocks.marks[row * columns + column]) expect(holders).toBe(1);
              else expect(holders).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
    );
  });

  it("returns no region if nothing changed", () => {
    expect(
      dirtyRegions(
        blocksOf(120, 68, () => false),
        1920,
        1080,
      ),
    ).toEqual([]);
  });

  it("returns one block for a text cursor", () => {
    const blocks = blocksOf(120, 68, (column, row) => column === 40 && row === 30);
    expect(dirtyRegions(blocks, 1920, 1080)).toEqual([{ x: 640, y: 480, width: 16, height: 16 }]);
  });

  it("clips regions to the image", () => {
    const blocks = blocksOf(3, 2, (column, row) => column === 2 && row === 1);
    expect(dirtyRegions(blocks, 40, 17)).toEqual([{ x: 32, y: 16, width: 8, height: 1 }]);
  });

  it("returns two regions for a cursor and a distant clock", () => {
    const blocks = blocksOf(
      120,
      68,
      (column, row) => (column === 5 && row === 5) || (column > 115 && row > 65),
    );
    expect(areaOf(dirtyRegions(blocks, 1920, 1088))).toBe(9 * whole);
    expect(dirtyRegions(blocks, 1920, 1088)).toHaveLength(2);
  });

  it("returns one region for adjacent words of a line", () => {
    const blocks = blocksOf(120, 68, (column, row) => row === 10 && column % 4 !== 0 && column < 40);
    expect(dirtyRegions(blocks, 1920, 1088)).toHaveLength(1);
  });

  it("merges 40 distant blocks into 16 regions", () => {
    const blocks = blocksOf(480, 270, (column, row) => column % 60 === 0 && row % 60 === 0);
    expect(blocks.count).toBe(40);
    expect(dirtyRegions(blocks, 7680, 4320)).toHaveLength(16);
  });

  it("covers only the border blocks if the border of a window changed", () => {
    const isFrame = (column: number, row: number): boolean =>
      column >= 10 && column <= 100 && row >= 10 && row <= 60 && (column % 90 === 10 || row % 50 === 10);
    const regions = dirtyRegions(blocksOf(120, 68, isFrame), 1920, 1088);
    expect(areaOf(regions)).toBe((2 * 91 + 2 * 49) * whole);
  });
});
