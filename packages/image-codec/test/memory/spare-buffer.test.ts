import { describe, expect, it } from "vitest";
import { SpareBuffer } from "../../src/memory/spare-buffer.ts";

describe("SpareBuffer", () => {
  it("reuses a buffer only after it was given back", () => {
    const spare = new SpareBuffer();
    const first = spare.take(8);
    expect(spare.take(8)).not.toBe(first);
    spare.give(first);
    expect(spare.take(4)).toBe(first);
    expect(spare.take(4)).not.toBe(first);
  });

  it("allocates a new buffer if the spare buffer is too short", () => {
    const spare = new SpareBuffer();
    const short = spare.take(8);
    spare.give(short);
    expect(spare.take(9).byteLength).toBeGreaterThanOrEqual(9);
  });

  it("keeps the larger of two buffers that were given back", () => {
    const spare = new SpareBuffer();
    const [large, small] = [spare.take(8), spare.take(4)];
    spare.give(large);
    spare.give(small);
    expect(spare.take(4)).toBe(large);
  });
});
