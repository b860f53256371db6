import type { DeltaImageMetadata } from "@broadcast-ipc/image-codec";
import { expect, test } from "vitest";
import { type DeltaLink, mergeDeltas } from "../../src/video/merge-deltas.ts";

type Box = readonly [x: number, y: number, width: number, height: number];

/** A delta whose regions have one byte each: the number of the delta. */
function link(number: number, ...boxes: readonly Box[]): DeltaLink {
  const regions = boxes.map(([x, y, width, height]) => ({ x, y, width, height, bytes: 1 }));
  const metadata: DeltaImageMetadata = {
    encoding: "delta",
    codedWidth: 100,
    codedHeight: 100,
    timestamp: number,
    delta: { number, base: number - 1, coding: "jpeg", regions },
  };
  return { metadata, data: new Uint8Array(boxes.length).fill(number) };
}

test("combines regions in order, with the base of the first and the number of the last delta", () => {
  const merged = mergeDeltas([link(5, [0, 0, 10, 10]), link(6), link(7, [5, 5, 10, 10])], 100);
  expect(merged?.metadata).toMatchObject({
    timestamp: 7,
    delta: { base: 4, number: 7, regions: [{ x: 0 }, { x: 5 }] },
  });
  expect([...(merged?.data ?? [])]).toEqual([5, 7]);
});

test("leaves out regions that later ones cover", () => {
  const merged = mergeDeltas([link(1, [2, 2, 4, 4], [50, 50, 9, 9]), link(2, [0, 0, 10, 10])], 100);
  expect(merged?.metadata.delta.regions).toMatchObject([{ x: 50 }, { x: 0 }]);
  expect([...(merged?.data ?? [])]).toEqual([1, 2]);
});

test("returns undefined if the regions exceed the image, the bytes or 256 regions", () => {
  expect(mergeDeltas([link(1, [0, 0, 100, 60]), link(2, [0, 10, 100, 60])], 100)).toBeUndefined();
  expect(mergeDeltas([link(1, [0, 0, 9, 9]), link(2, [20, 0, 9, 9])], 1)).toBeUndefined();
  const boxes = (row: number) => Array.from({ length: 90 }, (_, x): Box => [x, row, 1, 1]);
  expect(
    mergeDeltas(
      [1, 2, 3].map((row) => link(row, ...boxes(row))),
      1_000,
    ),
  ).toBeUndefined();
});

test("returns a single delta as it is, and undefined for a key frame", () => {
  const only = link(3, [0, 0, 5, 5]);
  expect(mergeDeltas([only], 0)).toBe(only);
  const { base, ...delta } = only.metadata.delta;
  expect(mergeDeltas([{ ...only, metadata: { ...only.metadata, delta } }, link(4)], 100)).toBeUndefined();
  expect(mergeDeltas([], 100)).toBeUndefined();
});
