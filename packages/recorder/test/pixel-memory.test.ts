import { describe, expect, test } from "vitest";
import { PixelMemory } from "../src/pixel-memory.ts";

describe("PixelMemory", () => {
  test("returns a whole ArrayBuffer of exactly the requested length", () => {
    const memory = new PixelMemory().take(1000);
    expect([memory.byteLength, memory.byteOffset, memory.buffer.byteLength]).toEqual([1000, 0, 1000]);
  });

  test("reuses memory of the same length", () => {
    const memory = new PixelMemory();
    const [first, second] = [memory.take(100), memory.take(100)];
    expect(second).not.toBe(first);
    memory.give(first);
    memory.give(second);
    expect(new Set([memory.take(100), memory.take(100)])).toEqual(new Set([first, second]));
  });

  test("drops memory of another length, and keeps at most three buffers", () => {
    const memory = new PixelMemory();
    const small = memory.take(100);
    memory.give(small);
    memory.give(memory.take(200));
    expect(memory.take(100)).not.toBe(small);
    const many = Array.from({ length: 5 }, () => memory.take(300));
    for (const each of many) memory.give(each);
    const again = Array.from({ length: 5 }, () => memory.take(300));
    expect(again.filter((each) => many.includes(each))).toHaveLength(3);
  });
});
