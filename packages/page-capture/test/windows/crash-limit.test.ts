import { expect, test } from "vitest";
import { CrashLimit } from "../../src/windows/crash-limit.ts";

test("waits longer with each crash, and gives up after five within a minute", () => {
  const limit = new CrashLimit();
  expect([0, 1, 2, 3, 4, 5].map((second) => limit.crashed(second * 1000))).toEqual([
    ...[0, 250, 500, 1000, 2000, undefined],
  ]);
});

test("forgets crashes after a minute", () => {
  const limit = new CrashLimit();
  for (let minute = 0; minute < 20; minute++) expect(limit.crashed(minute * 60_000)).toBe(0);
});
