import { expect, test } from "vitest";
import { rotated } from "../src/page/rotated.ts";

/** A region at the top left of a frame. */
const region = { x: 0.125, y: 0.25, width: 0.25, height: 0.5 };

test.each([
  [0, region],
  [90, { x: 0.25, y: 0.125, width: 0.5, height: 0.25 }],
  [180, { x: 0.625, y: 0.25, width: 0.25, height: 0.5 }],
  [270, { x: 0.25, y: 0.625, width: 0.5, height: 0.25 }],
] as const)("rotates a region clockwise by %i degrees", (rotation, expected) => {
  expect(rotated(region, rotation)).toEqual(expected);
});
