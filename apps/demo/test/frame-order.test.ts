import { expect, test } from "vitest";
import { FrameOrder } from "../src/browser/frame-order.ts";

/** The frames that are admitted, of some with these times. */
function admitted(...timestamps: number[]): number[] {
  const order = new FrameOrder();
  return timestamps.filter((timestamp) => order.admit(timestamp));
}

test("A frame that comes behind a newer one is left out, and the next ones are not", () => {
  expect(admitted(100, 100.05, 100.033, 100.017, 100.05, 100.067)).toEqual([100, 100.05, 100.05, 100.067]);
});

test("Frames go on at once after the clock was set back", () => {
  expect(admitted(5000, 100, 100.033, 100.017, 100.067)).toEqual([5000, 100, 100.033, 100.067]);
});
