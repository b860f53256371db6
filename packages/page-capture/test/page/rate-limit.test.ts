import { expect, test } from "vitest";
import { RateLimit } from "../../src/page/rate-limit.ts";

test("RateLimit lets a number of events pass in each period", () => {
  const limit = new RateLimit(2, 1000);
  const times = [5000, 5001, 5999, 6000, 6500, 6999, 7000];
  expect(times.map((time) => limit.pass(time))).toEqual([true, true, false, true, true, false, true]);
});
