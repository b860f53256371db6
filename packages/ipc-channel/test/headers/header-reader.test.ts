import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maxHeaderDepth, readHeader } from "../../src/headers/header-reader.ts";
import { headerBytesOf } from "../support/raw-peer.ts";
import { type HeaderVector, vectors } from "../support/vectors.ts";

/** Reads the header, with bytes on both sides that the reader must not read. */
function read(hex: string): unknown {
  const bytes = Buffer.from(`ffaa${hex}ffaa`, "hex");
  return readHeader(bytes, 2, bytes.length - 2);
}

const headerVectors = vectors.headers;

const text = (value: string) => Buffer.from(value).toString("hex");

const isRefused = (vector: HeaderVector) => vector.error !== undefined;

describe("readHeader", () => {
  test.each(headerVectors.filter((vector) => !isRefused(vector)))("reads $description", ({ hex, value }) => {
    expect(read(hex)).toEqual(value);
  });

  test.each(headerVectors.filter(isRefused))("refuses $description", ({ hex, error }) => {
    expect(error).toBe("ERR_IPC_CORRUPT_MESSAGE");
    expect(() => read(hex)).toThrow(Error);
  });

  test("reads values that are nested to the maximum depth, and refuses one level more", () => {
    const nested = (levels: number) => `${"91".repeat(levels)}c0`;
    expect(read(nested(maxHeaderDepth))).toBeInstanceOf(Array);
    expect(() => read(nested(maxHeaderDepth + 1))).toThrow(Error);
    expect(() => read(`${"81a161".repeat(maxHeaderDepth + 1)}c0`)).toThrow(Error);
  });

  test("counts only enclosing arrays and maps as depth", () => {
    expect(read(`dc0200${"90".repeat(512)}`)).toHaveLength(512);
  });

  test("throws an error that names the offset and contains no text of the header", () => {
    const hex = `91d930${text("secret ".repeat(6))}${text("secret")}c1`;
    expect(() => read(hex)).toThrow(/byte 51 of 52/);
    expect(() => read(hex)).not.toThrow(/secret/);
  });

  test("reads a binary value into a separate ArrayBuffer of exactly the value's length", () => {
    const bytes = Buffer.from("c403010203", "hex");
    const value = readHeader(bytes, 0, bytes.length) as Uint8Array;
    bytes.fill(0);
    expect([...value]).toEqual([1, 2, 3]);
    expect(value.buffer.byteLength).toBe(3);
  });

  test("decodes short strings correctly even if many of them share a slot of the string cache", () => {
    const strings = Array.from({ length: 5000 }, (_, index) => `a${index % 70}b${index}c`);
    for (const string of [...strings, ...strings]) {
      const bytes = headerBytesOf(string);
      expect(readHeader(bytes, 0, bytes.length)).toBe(string);
    }
  });

  test("returns the same result whatever bytes surround the header", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), (bytes, others) => {
        const outcome = (source: Buffer, start: number) => {
          try {
            return { value: readHeader(source, start, start + bytes.length) };
          } catch (error) {
            return { error: (error as Error).message };
          }
        };
        const alone = outcome(Buffer.from(bytes), 0);
        const inside = outcome(Buffer.concat([others, bytes, others]), others.length);
        expect(inside).toEqual(alone);
      }),
      { numRuns: 2000 },
    );
  });

  test("reads minus zero as 0", () => {
    expect(read("cb8000000000000000")).toBe(0);
    expect(read("ca80000000")).toBe(0);
  });
});
