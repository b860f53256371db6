import { describe, expect, it } from "vitest";
import { EntropyReader, huffmanCodes, huffmanTable } from "../../src/formats/entropy-reader.ts";

const reader = (hex: string) => new EntropyReader(Buffer.from(hex.replaceAll(" ", ""), "hex"), 0);

describe("EntropyReader", () => {
  it("reads bits in order and decodes 0xff 0x00 as 0xff", () => {
    const bits = reader("a5 ff00 fffffe00 01 ffd9");
    expect([bits.bits(4), bits.bits(4), bits.bits(8)]).toEqual([0xa, 0x5, 0xff]);
    expect(bits.isShort).toBe(false);
  });

  it("reads zeros at a marker or at the end of the data, and sets isShort with the first zero", () => {
    for (const hex of ["ab ffd9", "ab", "ab ff", "ab ffffffd0 cd"]) {
      const bits = reader(hex);
      expect([bits.bits(8), bits.isShort]).toEqual([0xab, false]);
      expect([bits.bits(1), bits.isShort]).toEqual([0, true]);
    }
  });

  it("sets end to the offset after the last byte from which a bit was read", () => {
    for (const [bits, end] of [
      [0, 0],
      [1, 1],
      [8, 1],
      [9, 3],
      [16, 3],
      [17, 6],
      [25, 7],
    ] as const) {
      const some = reader("a5 ff00 ffff00 12 34 ffd9");
      for (let taken = 0; taken < bits; taken++) some.bits(1);
      expect(some.end, `after ${bits} bits`).toBe(end);
    }
  });

  it("decodes codes of any length and sets isBroken at an unknown code", () => {
    // One code of each length from 1 to 16: 0, 10, 110, …. No code consists of ones only.
    const segment = Buffer.concat([Buffer.of(0), Buffer.alloc(16, 1), Buffer.from([...Array(16).keys()])]);
    for (const [key, codes] of huffmanCodes(segment)) {
      expect(key).toBe(0);
      const table = huffmanTable(codes);
      const bits = Array.from({ length: 16 }, (_, length) => `${"1".repeat(length)}0`).join("");
      const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
      const escaped = bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte]));
      const codesOfEachLength = new EntropyReader(Uint8Array.from(escaped), 0);
      const symbols = Array.from({ length: 16 }, () => codesOfEachLength.symbol(table));
      expect(symbols).toEqual([...Array(16).keys()]);
      expect([codesOfEachLength.isShort, codesOfEachLength.isBroken]).toEqual([false, false]);
      const impossible = reader("ff00 ff00 ff00");
      impossible.symbol(table);
      expect(impossible.isBroken).toBe(true);
    }
  });

  it("scans a long run of fill bytes once, not at each read", () => {
    const bits = new EntropyReader(new Uint8Array(2 ** 22).fill(0xff), 0);
    let sum = 0;
    for (let read = 0; read < 2 ** 18; read++) sum += bits.bits(16);
    expect([sum, bits.isShort]).toEqual([0, true]);
  });
});
