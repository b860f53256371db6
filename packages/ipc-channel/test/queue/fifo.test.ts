import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fifo } from "../../src/queue/fifo.ts";

describe("Fifo", () => {
  test("behaves like an array with push() and shift()", () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: -3000, max: -1 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        let next = 0;
        for (const count of steps) {
          for (let index = 0; index < count; index++) {
            fifo.push(next);
            model.push(next++);
          }
          const taken = Array.from({ length: -Math.min(count, 0) }, () => fifo.shift());
          expect(taken.filter((item) => item !== undefined)).toEqual(model.slice(0, taken.length));
          model = model.slice(taken.length);
          expect(fifo.length).toBe(model.length);
        }
        expect(fifo.clear()).toEqual(model);
        expect([fifo.length, fifo.shift()]).toEqual([0, undefined]);
      }),
    );
  });
});
