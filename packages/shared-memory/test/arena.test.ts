import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arena } from "../src/memory/arena.ts";

describe("Arena", () => {
  test("allocates the first extent that is large enough, after page 0", () => {
    const arena = new Arena(10);
    expect([arena.allocate(2), arena.allocate(3), arena.allocate(2)]).toEqual([1, 3, 6]);
    arena.free(3);
    expect([arena.allocate(4), arena.allocate(2), arena.allocate(1), arena.allocate(2)]).toEqual([
      undefined,
      3,
      5,
      8,
    ]);
    expect(arena.allocate(1)).toBeUndefined();
  });

  test("has at most the given number of extents", () => {
    const arena = new Arena(100, 2);
    expect([arena.allocate(1), arena.allocate(1), arena.allocate(1)]).toEqual([1, 2, undefined]);
    arena.free(1);
    expect(arena.claim(50, 1)).toBe(true);
    expect(arena.claim(60, 1)).toBe(false);
  });

  test("does not claim an extent that overlaps another one, page 0 or the end", () => {
    const arena = new Arena(10);
    expect(arena.claim(4, 2)).toBe(true);
    const claims = [
      [0, 1],
      [9, 2],
      [10, 1],
      [4, 2],
      [3, 2],
      [5, 1],
      [1, 9],
    ] as const;
    for (const [start, pages] of claims) expect(arena.claim(start, pages)).toBe(false);
    expect([arena.claim(6, 4), arena.claim(1, 3)]).toEqual([true, true]);
    expect(arena.size).toBe(3);
  });

  test("throws if no extent begins at the freed page", () => {
    const arena = new Arena(10);
    arena.allocate(3);
    for (const page of [0, 2, 4]) expect(() => arena.free(page)).toThrow();
  });

  test("agrees with a list of pages", () => {
    const step = fc.record({ pages: fc.integer({ min: 1, max: 6 }), page: fc.nat(32), kind: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const arena = new Arena(32);
        const used = new Set([0]);
        const extents = new Map<number, number>();
        const isFree = (start: number, pages: number) =>
          start + pages <= 32 && ![...Array(pages).keys()].some((index) => used.has(start + index));
        const use = (start: number, pages: number) => {
          extents.set(start, pages);
          for (let index = 0; index < pages; index++) used.add(start + index);
        };
        for (const { kind, pages, page } of steps) {
          if (kind === 0) {
            const first = [...Array(32).keys()].find((start) => isFree(start, pages));
            expect(arena.allocate(pages)).toBe(first);
            if (first !== undefined) use(first, pages);
          } else if (kind === 1) {
            const expected = isFree(page, pages);
            expect(arena.claim(page, pages)).toBe(expected);
            if (expected) use(page, pages);
          } else if (extents.size > 0) {
            const [start, length] = [...extents][page % extents.size] as [number, number];
            arena.free(start);
            extents.delete(start);
            for (let index = 0; index < length; index++) used.delete(start + index);
          }
          expect(arena.size).toBe(extents.size);
        }
      }),
    );
  });
});
