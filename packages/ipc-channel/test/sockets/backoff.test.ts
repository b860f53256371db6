import { describe, expect, test } from "vitest";
import { Backoff } from "../../src/sockets/backoff.ts";

const next = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

describe("Backoff", () => {
  test("doubles the delay up to the longest delay", () => {
    const backoff = new Backoff({ shortest: 10, longest: 250, random: () => 0 });
    expect(next(backoff, 7)).toEqual([5, 10, 20, 40, 80, 125, 125]);
  });

  test("returns a random delay from half of the upper bound to the upper bound", () => {
    expect(next(new Backoff({ shortest: 10, longest: 250, random: () => 0.5 }), 2)).toEqual([7.5, 15]);
    const backoff = new Backoff({ shortest: 10, longest: 10 });
    for (const delay of next(backoff, 100)) {
      expect(delay).toBeGreaterThanOrEqual(5);
      expect(delay).toBeLessThan(10);
    }
  });

  test("starts again with the shortest delay after reset()", () => {
    const backoff = new Backoff({ shortest: 10, longest: 250, random: () => 0 });
    next(backoff, 3);
    backoff.reset();
    expect(backoff.next()).toBe(5);
  });
});
