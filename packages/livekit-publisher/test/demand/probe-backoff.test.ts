import { describe, expect, it } from "vitest";
import { ProbeBackoff } from "../../src/demand/probe-backoff.ts";

/** Returns the time from `now` until the limit may be raised, in seconds. */
function delayOf(backoff: ProbeBackoff, now: number): number {
  let seconds = 0;
  while (!backoff.allows(now + seconds * 1_000)) seconds++;
  return seconds;
}

describe("ProbeBackoff", () => {
  it("allows a raise after the shortest delay", () => {
    const backoff = new ProbeBackoff(3_000);
    expect(delayOf(backoff, 0)).toBe(0);
    backoff.lower(0);
    expect(delayOf(backoff, 0)).toBe(3);
  });

  it("doubles the delay for each raise that fails, up to a minute", () => {
    const backoff = new ProbeBackoff(10_000);
    let now = 0;
    const delays = [1, 2, 3, 4, 5].map(() => {
      backoff.raise(now);
      now += 5_000;
      backoff.lower(now);
      const delay = delayOf(backoff, now);
      now += delay * 1_000;
      return delay;
    });
    expect(delays).toEqual([20, 40, 60, 60, 60]);
  });

  it("returns to the shortest delay after a raise that lasted 15 s", () => {
    const backoff = new ProbeBackoff(3_000);
    backoff.raise(0);
    backoff.lower(1_000);
    expect(delayOf(backoff, 1_000)).toBe(6);
    backoff.raise(10_000);
    backoff.lower(25_000);
    expect(delayOf(backoff, 25_000)).toBe(3);
  });

  it("keeps the delay when the limit is lowered without a raise", () => {
    const backoff = new ProbeBackoff(3_000);
    backoff.raise(0);
    backoff.lower(1_000);
    backoff.lower(100_000);
    expect(delayOf(backoff, 100_000)).toBe(6);
  });
});
