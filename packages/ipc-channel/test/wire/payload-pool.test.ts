import { describe, expect, test } from "vitest";
import { PayloadPool } from "../../src/wire/payload-pool.ts";

const large = 1 << 20;

describe("PayloadPool", () => {
  test("take() returns a payload that fills its ArrayBuffer exactly", () => {
    const pool = new PayloadPool();
    for (const length of [0, 1, 4096, 65535, 65536, large]) {
      const payload = pool.take(length);
      expect([payload.byteOffset, payload.length, payload.buffer.byteLength]).toEqual([0, length, length]);
      expect(payload.constructor).toBe(Uint8Array);
      pool.giveBack(payload);
    }
  });

  test("giveBack() empties a payload, and the next take() of the same length reuses the memory", () => {
    const pool = new PayloadPool();
    const payload = pool.take(large).fill(7);
    const view = new DataView(payload.buffer, 100, 200);
    pool.giveBack(payload);
    expect([payload.length, payload.buffer.byteLength]).toEqual([0, 0]);
    expect(() => view.getUint8(0)).toThrow(TypeError);
    expect(pool.take(large + 1)).toHaveLength(large + 1);
    // The content shows that this is the memory of `payload`.
    expect(pool.take(large).every((byte) => byte === 7)).toBe(true);
  });

  test("every take() returns separate memory, also after giveBack()", () => {
    const pool = new PayloadPool();
    const given = [1, 2, 3].map((mark) => pool.take(large).fill(mark));
    for (const payload of given) pool.giveBack(payload);
    const taken = Array.from({ length: 6 }, (_, mark) => pool.take(large).fill(mark));
    expect(taken.map(([first]) => first)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(taken.map((payload) => payload.at(-1))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("ignores giveBack() for a payload that was already given back or transferred", () => {
    const pool = new PayloadPool();
    const twice = pool.take(large).fill(1);
    pool.giveBack(twice);
    pool.giveBack(twice);
    const moved = pool.take(large * 2).fill(2);
    const elsewhere = structuredClone(moved, { transfer: [moved.buffer as ArrayBuffer] });
    pool.giveBack(moved);
    pool.take(large * 2).fill(3);
    expect(elsewhere.every((byte) => byte === 2)).toBe(true);
    expect(pool.take(large)[0]).toBe(1);
    expect(pool.take(large).fill(4)).toHaveLength(large);
  });

  test("giveBack() leaves a small payload unchanged", () => {
    const pool = new PayloadPool();
    const small = pool.take(65535).fill(9);
    pool.giveBack(small);
    expect(small).toHaveLength(65535);
    expect(small.at(-1)).toBe(9);
  });

  test("keeps at most four buffers, and drops the oldest buffer", () => {
    const pool = new PayloadPool();
    const sizes = [1, 2, 3, 4, 5, 6].map((number) => large + number);
    const given = sizes.map((size) => pool.take(size).fill(0xab));
    for (const payload of given) pool.giveBack(payload);
    const isKept = (size: number) => pool.take(size).every((byte) => byte === 0xab);
    expect(sizes.map(isKept)).toEqual([false, false, true, true, true, true]);
  });
});
