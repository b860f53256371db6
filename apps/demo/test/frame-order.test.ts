import { expect, test } from "vitest";
import { FrameOrder } from "../src/browser/frame-order.ts";

/** The timestamps that are admitted. */
function admitted(...timestamps: number[]): number[] {
  const order = new FrameOrder();
  return timestamps.filter((timestamp) => order.admit(timestamp));
}

test("rejects a frame that arrives after a newer one, and admits the following ones", () => {
  expect(admitted(100, 100.05, 100.033, 100.017, 100.05, 100.067)).toEqual([100, 100.05, 100.05, 100.067]);
});

test("admits frames again at once after the clock was set back", () => {
  expect(admitted(5000, 100, 100.033, 100.017, 100.067)).toEqual([5000, 100, 100.033, 100.067]);
});
