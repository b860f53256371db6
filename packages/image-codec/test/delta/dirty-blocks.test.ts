import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockSize, type DirtyBlocks, findDirtyBlocks } from "../../src/delta/dirty-blocks.ts";
import type { PlacedImage } from "../../src/pixels/image-rows.ts";
import { Screen } from "../fixtures/screen.ts";

const size = fc.integer({ min: 1, max: 100 });
const points = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 20 });

function rgb(width: number, height: number, gap: number, filler: number): PlacedImage {
  const stride = width * 3 + gap;
  return {
    data: new Uint8Array(7 + stride * height).fill(filler),
    geometry: { format: "RGB", codedWidth: width, codedHeight: height, layout: [{ offset: 7, stride }] },
  };
}

function marked({ marks, columns }: DirtyBlocks): [column: number, row: number][] {
  return [...marks].flatMap((mark, index) => (mark ? [[index % columns, Math.floor(index / columns)]] : []));
}

describe("findDirtyBlocks", () => {
  it("finds exactly the blocks with a changed pixel", () => {
    fc.assert(
      fc.property(size, size, fc.nat(40), fc.nat(40), points, (width, height, gap, otherGap, changes) => {
        const before = rgb(width, height, gap, 0);
        const after = rgb(width, height, otherGap, 0);
        const blocks = new Set<string>();
        for (const [left, top] of changes) {
          const [x, y] = [left % width, top % height];
          after.data[7 + y * (width * 3 + otherGap) + x * 3 + (left % 3)] = 1;
          blocks.add(`${Math.floor(x / blockSize)},${Math.floor(y / blockSize)}`);
        }
        const found = findDirtyBlocks(before, after, 1);
        expect(found?.count).toBe(blocks.size);
        expect(new Set(found && marked(found).map(String))).toEqual(blocks);
      }),
    );
  });

  it("ignores bytes between rows", () => {
    const before = rgb(50, 50, 9, 0);
    const after = rgb(50, 50, 9, 5);
    for (let y = 0; y < 50; y++) after.data.fill(0, 7 + y * 159, 7 + y * 159 + 150);
    expect(findDirtyBlocks(before, after, 1)?.count).toBe(0);
  });

  it("marks a block in which only an X byte changed", () => {
    const geometry = { format: "BGRX", codedWidth: 1, codedHeight: 1 } as const;
    const before = { data: Uint8Array.of(1, 2, 3, 4), geometry };
    expect(findDirtyBlocks(before, { data: Uint8Array.of(1, 2, 3, 5), geometry }, 1)?.count).toBe(1);
  });

  it("returns undefined if more than maxShare of all blocks differ", () => {
    const before = rgb(64, 64, 0, 0);
    const after = rgb(64, 64, 0, 0);
    after.data.fill(1, 7, 7 + 64 * 3 * 32);
    expect(findDirtyBlocks(before, after, 0.5)?.count).toBe(8);
    expect(findDirtyBlocks(before, after, 0.49)).toBeUndefined();
  });

  it("returns undefined if more than maxShare of a sample of the blocks differ", () => {
    const screen = new Screen({ width: 1280, height: 720 });
    const { data, ...geometry } = screen.image();
    const before = { data: data.slice(), geometry };
    for (let y = 0; y < 720; y += 64) {
      for (let x = 0; x < 1280; x += 64) screen.fill({ x, y, width: 16, height: 16 });
    }
    expect(findDirtyBlocks(before, { data, geometry }, 0.6)).toBeUndefined();
    expect(findDirtyBlocks(before, { data, geometry }, 1)?.count).toBe(20 * 12);
  });

  it("returns undefined for a large image that changed nearly everywhere", () => {
    const screen = new Screen({ width: 1280, height: 720 });
    const { data, ...geometry } = screen.image();
    const before = { data: data.slice(), geometry };
    screen.fill({ x: 0, y: 0, width: 1280, height: 600 });
    expect(findDirtyBlocks(before, { data, geometry }, 0.6)).toBeUndefined();
    expect(findDirtyBlocks(before, { data, geometry }, 0.9)?.count).toBe(80 * 38);
  });
});
