import { expect, test } from "vitest";
import { FrameOrder } from "../src/browser/frame-order.ts";

/** Returns the timestamps that a new FrameOrder admits. */
function admitted(...timestamps: number[]): number[] {
  const order = new FrameOrder();
  return timestamps.filter((timestamp) => order.admit(timestamp));
}

test("rejects frames that arrive after a newer frame, and admits the next newer frame", () => {
  expect(admitted(100, 100.05, 100.033, 100.017, 100.05, 100.067)).toEqual([100, 100.05, 100.05, 100.067]);
});

test("admits the first frame after the wall clock is set back", () => {
  expect(admitted(5000, 100, 100.033, 100.017, 100.067)).toEqual([5000, 100, 100.033, 100.067]);
});
