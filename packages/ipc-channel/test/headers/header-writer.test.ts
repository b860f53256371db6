import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { carriable } from "../../src/headers/header-value.ts";
import { encodeHeader, plainHeader } from "../../src/headers/header-writer.ts";
import { headerBytesOf } from "../support/raw-peer.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true });

/** Returns the bytes of a header that is written without msgpackr; `undefined` if the header is left to msgpackr. */
function written(header: unknown): string | undefined {
  try {
    const { bytes, start, end } = encodeHeader(header);
    return bytes === plainHeader ? Buffer.from(bytes.subarray(start, end)).toString("hex") : undefined;
  } catch {
    return undefined;
  }
}

const packed = (header: unknown) => Buffer.from(packr.pack(header)).toString("hex");

describe("encodeHeader", () => {
  test("writes a media message's header as msgpackr does", () => {
    const header = {
      type: "image",
      metadata: { format: "BGRA", layout: [{ offset: 0, stride: 7680 }], timestamp: 1_700_000_000_000_123 },
      sequence: 70_000,
      keyFrame: false,
      name: null,
      gone: undefined,
    };
    expect(written(header)).toBe(packed(JSON.parse(JSON.stringify(header))));
  });

  test.each([
    0,
    1,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 53,
    1.5,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    -1,
    -32,
    -33,
    -128,
    -129,
    -32_768,
    -32_769,
    -(2 ** 31),
    -(2 ** 31) - 1,
  ])("writes the number %d as msgpackr does", (number) => {
    expect(written(number)).toBe(packed(number));
  });

  test("writes the same bytes as msgpackr, or leaves the header to msgpackr", () => {
    const values = fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true });
    const headers = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      values,
      fc.dictionary(fc.string({ maxLength: 300 }), values),
    );
    let count = 0;
    fc.assert(
      fc.property(headers, (header) => {
        const bytes = written(header);
        if (bytes === undefined) return;
        count++;
        expect(bytes).toBe(packed(carriable(header, 2 ** 20)));
      }),
      { numRuns: 3000 },
    );
    expect(count).toBeGreaterThan(300);
  });

  test.each<[string, unknown]>([
    ["bytes", Uint8Array.of(1)],
    ["a date", new Date(0)],
    ["a bigint", 1n],
    ["undefined in an array", [undefined]],
    ["a function", { f: () => {} }],
    ["a string that is not ASCII", "ä"],
    ["half of a surrogate pair", "\ud800"],
    ["a string of 256 characters", "x".repeat(256)],
    ["a key of 32 characters", { ["x".repeat(32)]: 1 }],
    ["a key that is not ASCII", { ä: 1 }],
    ["16 properties", Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, index]))],
    ["16 items", new Array(16).fill(0)],
    [
      "a header over 1 KiB",
      { a: "x".repeat(255), b: ["x".repeat(255), "x".repeat(255), "x".repeat(255)], c: "xxxxxxx" },
    ],
    ["the key __proto__", JSON.parse('{ "__proto__": 1 }')],
    [
      "an instance of a class",
      new (class Point {
        x = 1;
      })(),
    ],
    ["an array of another class", new (class List extends Array {})()],
    [
      "a cycle",
      (() => {
        const cycle: { self?: unknown } = {};
        cycle.self = cycle;
        return cycle;
      })(),
    ],
  ])("leaves %s to msgpackr", (_, header) => {
    expect(written(header)).toBeUndefined();
    expect(written({ a: 1 })).toBe("81a16101");
  });

  test("writes a header whose getter encodes another header", () => {
    const header = {
      before: 1,
      get inner() {
        return headerBytesOf({ inner: true, text: "abc" }).length;
      },
      after: "x",
    };
    expect(headerBytesOf(header).toString("hex")).toBe(packed({ before: 1, inner: 17, after: "x" }));
  });

  test("writes the next header correctly after a getter has thrown", () => {
    const header = {
      a: 1,
      get bad() {
        throw new Error("no");
      },
    };
    expect(() => encodeHeader(header)).toThrow(expect.objectContaining({ code: "ERR_IPC_INVALID_HEADER" }));
    expect(written({ a: 1 })).toBe("81a16101");
  });

  test("reads each property once", () => {
    let reads = 0;
    const header = {
      get n() {
        reads++;
        return reads;
      },
    };
    expect(headerBytesOf(header).toString("hex")).toBe("81a16e01");
  });
});
