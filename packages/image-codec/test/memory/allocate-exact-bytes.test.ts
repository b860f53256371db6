import { describe, expect, it } from "vitest";
import { exactBytes } from "../../src/memory/allocate.ts";

describe("exactBytes", () => {
  it("keeps bytes that fill their ArrayBuffer", () => {
    const bytes = Buffer.from(new Uint8Array(8).buffer);
    expect(exactBytes(bytes).buffer).toBe(bytes.buffer);
  });

  it("copies bytes that are part of an ArrayBuffer", () => {
    const memory = Uint8Array.of(1, 2, 3, 4);
    for (const bytes of [memory.subarray(1), memory.subarray(0, 3)]) {
      const exact = exactBytes(bytes);
      expect(exact).toEqual(bytes);
      expect(exact.buffer.byteLength).toBe(3);
    }
  });
});
