import { expect, test } from "vitest";
import { Packer } from "../src/packer.ts";

/** Writes these marks, each as often as its length says. */
function pack(packer: Packer, lengths: readonly number[], chunks: Uint8Array[]): void {
  for (const [mark, length] of lengths.entries()) {
    const offset = packer.reserve(length, chunks);
    packer.slab.fill(mark + 1, offset, offset + length);
  }
}

test("pieces lie side by side, in one chunk for each cut", () => {
  const packer = new Packer();
  const chunks: Uint8Array[] = [];
  pack(packer, [2, 0, 3], chunks);
  expect(chunks).toHaveLength(0);
  packer.cut(chunks);
  packer.cut(chunks);
  pack(packer, [1], chunks);
  packer.cut(chunks);
  expect(chunks.map((chunk) => [...chunk])).toEqual([[1, 1, 3, 3, 3], [1]]);
});

test("what was packed stays as it was when its slab is full, whatever the sizes", () => {
  const packer = new Packer();
  const chunks: Uint8Array[] = [];
  const lengths = [60_000, 6_000, 65_536, 100_000, 1, 65_535, 1];
  pack(packer, lengths, chunks);
  packer.cut(chunks);
  const expected = Buffer.concat(lengths.map((length, mark) => Buffer.alloc(length, mark + 1)));
  expect(Buffer.compare(Buffer.concat(chunks), expected)).toBe(0);
});
