import { expect, test } from "vitest";
import { FrameOrder } from "../../src/video/frame-order.ts";

test("leaves out a frame that arrives after a newer frame", () => {
  const order = new FrameOrder();
  expect([1, 1.02, 1.01, 1.03, 1.03].map((timestamp) => order.admit(timestamp))).toEqual([
    ...[true, true, false, true, true],
  ]);
});

test("admits frames again after the clock is set back by more than a second", () => {
  const order = new FrameOrder();
  expect([5000, 1000, 999.99, 1000.02].map((timestamp) => order.admit(timestamp))).toEqual([
    ...[true, true, false, true],
  ]);
});

test("admits every frame after reset()", () => {
  const order = new FrameOrder();
  order.admit(10);
  expect(order.admit(9.5)).toBe(false);
  order.reset();
  expect(order.admit(9.5)).toBe(true);
});
