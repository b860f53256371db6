import { describe, expect, test } from "vitest";
import { Backoff } from "../../../src/element/connection/backoff.ts";

describe("Backoff", () => {
  test("doubles the wait from 0.5 s to 15 s", () => {
    const backoff = new Backoff(() => 0.5);
    expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ]);
  });

  test("varies each wait by a quarter, and never waits longer than 15 s", () => {
    expect([new Backoff(() => 0).next(), new Backoff(() => 1).next()]).toEqual([375, 625]);
    const backoff = new Backoff(() => 1);
    expect(Math.max(...Array.from({ length: 9 }, () => backoff.next()))).toBe(15_000);
  });

  test("starts with the shortest wait again after a reset", () => {
    const backoff = new Backoff(() => 0.5);
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });
});
