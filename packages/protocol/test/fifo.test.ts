import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "../src/index.ts";

/** A queue of the numbers from 0 to `count` - 1. */
function filled(count: number): Fifo<number> {
  const fifo = new Fifo<number>();
  for (let number = 0; number < count; number++) fifo.push(number);
  return fifo;
}

describe("Fifo", () => {
  it("returns undefined from shift() while the queue is empty", () => {
    const fifo = new Fifo<number>();
    expect(fifo.shift()).toBeUndefined();
    expect(fifo.length).toBe(0);
    expect([...fifo]).toEqual([]);
    expect(fifo.clear()).toEqual([]);
  });

  it("keeps the order of 200,000 items while the queue grows and shrinks", () => {
    const fifo = filled(200_000);
    expect(fifo.length).toBe(200_000);
    for (let number = 0; number < 200_000; number++) {
      if (fifo.shift() !== number) expect.fail(`item ${number} is out of order`);
    }
    expect(fifo.length).toBe(0);
  });

  it("returns all items on clear()", () => {
    const fifo = filled(100);
    for (let number = 0; number < 30; number++) fifo.shift();
    expect(fifo.clear()).toEqual(Array.from({ length: 70 }, (_, index) => index + 30));
    fifo.push(1);
    expect([...fifo]).toEqual([1]);
  });

  it("accepts undefined as an item", () => {
    const fifo = new Fifo<undefined>();
    fifo.push(undefined);
    expect(fifo.length).toBe(1);
    expect([...fifo]).toEqual([undefined]);
  });

  it("returns the same items as an array for any sequence of push(), shift() and clear()", () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 5, arbitrary: fc.record({ shift: fc.integer({ min: 1, max: 50 }) }) },
      { weight: 1, arbitrary: fc.constant("clear" as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const fifo = new Fifo<number>();
        let expected: number[] = [];
        let next = 0;
        for (const step of steps) {
          if (step === "clear") {
            expect(fifo.clear()).toEqual(expected);
            expected = [];
          } else if ("push" in step) {
            for (let count = 0; count < step.push; count++) {
              fifo.push(next);
              expected.push(next++);
            }
          } else {
            for (let count = 0; count < step.shift; count++) expect(fifo.shift()).toBe(expected.shift());
          }
          expect(fifo.length).toBe(expected.length);
          expect([...fifo]).toEqual(expected);
        }
      }),
    );
  });
});
