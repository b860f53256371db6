import { expect, test } from "vitest";
import { SilenceWatch } from "../src/silence-watch.ts";

test("a peer is silent once the time-out has passed since the last byte", () => {
  const watch = new SilenceWatch(100, 1000, 200);
  expect(watch.check(1099, 0, true)).toBe(false);
  expect(watch.check(1100, 0, true)).toBe(true);
  expect(watch.check(1101, 1, true)).toBe(false);
  expect(watch.check(1200, 1, true)).toBe(false);
  expect(watch.check(1201, 1, true)).toBe(true);
});

test("time in which we do not read does not count", () => {
  const watch = new SilenceWatch(100, 0, 500);
  expect(watch.check(50, 0, true)).toBe(false);
  expect(watch.check(500, 0, false)).toBe(false);
  expect(watch.check(599, 0, true)).toBe(false);
  expect(watch.check(600, 0, true)).toBe(true);
});

test("time by which we are asked late does not count, since all the machine may have stood still", () => {
  const watch = new SilenceWatch(120, 0, 50);
  expect(watch.check(50, 0, true)).toBe(false);
  expect(watch.check(100_000, 0, true)).toBe(false);
  expect(watch.check(100_019, 0, true)).toBe(false);
  expect(watch.check(100_020, 0, true)).toBe(true);
});
