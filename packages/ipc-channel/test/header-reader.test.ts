import fc from "fast-check";
import { expect, test } from "vitest";
import { maxHeaderDepth, readHeader } from "../src/header-reader.ts";
import { headerBytesOf } from "./raw-peer.ts";

/** Reads the bytes with foreign bytes on both sides, which the reader must not look at. */
function read(hex: string): unknown {
  const bytes = Buffer.from(`ffaa${hex}ffaa`, "hex");
  return readHeader(bytes, 2, bytes.length - 2);
}

const text = (value: string) => Buffer.from(value).toString("hex");

test.each([
  ["nil", "c0", null],
  ["false", "c2", false],
  ["true", "c3", true],
  ["positive fixint", "7f", 127],
  ["negative fixint", "e0", -32],
  ["uint8", "cc05", 5],
  ["uint16", "cd0005", 5],
  ["uint32", "ce00000005", 5],
  ["uint32, the largest", "ceffffffff", 4294967295],
  ["uint64", "cf0000000000000005", 5],
  ["uint64, the largest safe integer", "cf001fffffffffffff", Number.MAX_SAFE_INTEGER],
  ["uint64 above that", "cf0020000000000000", 2n ** 53n],
  ["uint64, the largest", "cfffffffffffffffff", 2n ** 64n - 1n],
  ["int8", "d0fb", -5],
  ["int16", "d1fffb", -5],
  ["int32", "d2fffffffb", -5],
  ["int64", "d3fffffffffffffffb", -5],
  ["int64, positive", "d30000000000000005", 5],
  ["int64, the smallest safe integer", "d3ffe0000000000001", Number.MIN_SAFE_INTEGER],
  ["int64 below that", "d3ffe0000000000000", -(2n ** 53n)],
  ["int64, the smallest", "d38000000000000000", -(2n ** 63n)],
  ["float32, a whole number", "ca40a00000", 5],
  ["float64, a whole number", "cb4014000000000000", 5],
  ["float64", "cb3ff8000000000000", 1.5],
  ["float64, infinity", "cb7ff0000000000000", Number.POSITIVE_INFINITY],
  ["fixstr", `a5${text("hello")}`, "hello"],
  ["str8", `d905${text("hello")}`, "hello"],
  ["str16", `da0005${text("hello")}`, "hello"],
  ["str32", `db00000005${text("hello")}`, "hello"],
  ["str, not ASCII", `a9${text("ä€🙂")}`, "ä€🙂"],
  ["str with U+FFFD", `a3${text("\ufffd")}`, "\ufffd"],
  ["str with a byte order mark", `a4${text("\ufeffx")}`, "\ufeffx"],
  ["bin8", "c4020102", Uint8Array.of(1, 2)],
  ["bin16", "c500020102", Uint8Array.of(1, 2)],
  ["bin32", "c6000000020102", Uint8Array.of(1, 2)],
  ["array", "9301c0a0", [1, null, ""]],
  ["array16", "dc000101", [1]],
  ["array32", "dd0000000101", [1]],
  ["map", `82a161${"01"}a16290`, { a: 1, b: [] }],
  ["map16", "de0001a16101", { a: 1 }],
  ["map32 with a key of str8", "df00000001d9016101", { a: 1 }],
  ["map with a key twice: the last one counts", "82a16101a16102", { a: 2 }],
  ["map with keys that are indices", "82a3313030c0a13001", { 0: 1, 100: null }],
  ["timestamp of 4 bytes", "d6ff00000001", new Date(1000)],
  ["timestamp of 8 bytes", "d7ff1dcd650000000001", new Date(1125)],
  ["timestamp of 12 bytes", "c70cff00000000ffffffffffffffff", new Date(-1000)],
])("reads %s", (_, hex, value) => {
  expect(read(hex)).toEqual(value);
});

test.each([
  ["no value", ""],
  ["a second value", "c0c0"],
  ["c1", "c1"],
  ["c1 inside", "92c101"],
  ["ext 8", "c70101c0"],
  ["ext 16", "c8000101c0"],
  ["ext 32", "c90000000101c0"],
  ["fixext 1, as undefined of msgpackr", "d40000"],
  ["fixext 2", "d5010000"],
  ["fixext 4 of another type", "d60100000000"],
  ["fixext 8 of another type", "d7010000000000000000"],
  ["fixext 16", `d8ff${"00".repeat(16)}`],
  ["a timestamp of another length", "c704ff00000001"],
  ["a timestamp with too many nanoseconds", "d7ffee6b280000000001"],
  ["a timestamp beyond what a Date holds", "c70cff000000007fffffffffffffff"],
  ["a record of msgpackr", "92d4724091a1610140"],
  ["bundled strings of msgpackr", "82a178d6620000000ac0a26964d9ffa0a0"],
  ["a pointer of msgpackr", "d66900000001"],
  ["a key that is an integer", "810101"],
  ["a key that is nil", "81c001"],
  ["a key that is binary", "81c4016101"],
  ["a key that is an array", "81900101"],
  ["the key __proto__", `81a9${text("__proto__")}80`],
  ["the key __proto__, of str8", `81d909${text("__proto__")}80`],
  ["a string that is cut", "a56865"],
  ["a string that reaches beyond the header", "d9ff6161"],
  ["a string of 4 GiB", "dbffffffff61"],
  ["a string that is no UTF-8", "a2c328"],
  ["a string with half of a surrogate pair", "a3eda080"],
  ["a string that is longer than its character needs", "a2c080"],
  ["a long string that is no UTF-8", `d940${"61".repeat(63)}ff`],
  ["binary that is cut", "c40201"],
  ["binary of 4 GiB", "c6ffffffff01"],
  ["an array that is cut", "9201"],
  ["an array of 4 G values", "ddffffffff01"],
  ["a map that is cut", "82a16101"],
  ["a map without its last value", "81a161"],
  ["a map of 4 G values", "dfffffffffa16101"],
  ["an integer that is cut", "cd01"],
  ["a float that is cut", "cb01020304050607"],
  ["a length that is cut", "d9"],
  ["a timestamp that is cut", "d6ff0000"],
])("refuses %s", (_, hex) => {
  expect(() => read(hex)).toThrow(Error);
});

test("reads what is nested as deep as is allowed, and refuses one level more", () => {
  const nested = (levels: number) => `${"91".repeat(levels)}c0`;
  expect(read(nested(maxHeaderDepth))).toBeInstanceOf(Array);
  expect(() => read(nested(maxHeaderDepth + 1))).toThrow(Error);
  expect(() => read(`${"81a161".repeat(maxHeaderDepth + 1)}c0`)).toThrow(Error);
});

test("depth counts what encloses a value, not what lies beside it", () => {
  expect(read(`dc0200${"90".repeat(512)}`)).toHaveLength(512);
});

test("the message of an error says where, and holds no value of the peer's", () => {
  const hex = `91d930${text("secret ".repeat(6))}${text("secret")}c1`;
  expect(() => read(hex)).toThrow(/byte 51 of 52/);
  expect(() => read(hex)).not.toThrow(/secret/);
});

test("a binary value has memory of its own, exactly as long", () => {
  const bytes = Buffer.from("c403010203", "hex");
  const value = readHeader(bytes, 0, bytes.length) as Uint8Array;
  bytes.fill(0);
  expect([...value]).toEqual([1, 2, 3]);
  expect(value.buffer.byteLength).toBe(3);
});

test("short strings come back equal however many there are, and however much they look alike", () => {
  const strings = Array.from({ length: 5000 }, (_, index) => `a${index % 70}b${index}c`);
  for (const string of [...strings, ...strings]) {
    const bytes = headerBytesOf(string);
    expect(readHeader(bytes, 0, bytes.length)).toBe(string);
  }
});

test("any bytes are read or refused, the same whatever lies beside them", () => {
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
