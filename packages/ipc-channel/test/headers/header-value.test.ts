import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { addExtension } from "msgpackr/pack";
import { describe, expect, test } from "vitest";
import { maxHeaderDepth, readHeader } from "../../src/headers/header-reader.ts";
import { encodeHeader } from "../../src/headers/header-writer.ts";
import { headerBytesOf } from "../support/raw-peer.ts";

function roundTrip(value: unknown): unknown {
  const bytes = headerBytesOf(value);
  return readHeader(bytes, 0, bytes.length);
}

const cannotBeCarried = expect.objectContaining({ code: "ERR_IPC_INVALID_HEADER" });

describe("encodeHeader", () => {
  test("encodes JSON values so that they decode to equal values", () => {
    const json = fc.jsonValue().filter((value) => {
      const text = JSON.stringify(value);
      return !text.includes("__proto__") && Buffer.from(text).toString() === text;
    });
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.stringify(roundTrip(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("either refuses a value, or encodes it so that readHeader accepts the bytes", () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
    });
    let carried = 0;
    fc.assert(
      fc.property(anything, (value) => {
        let bytes: Buffer;
        try {
          bytes = headerBytesOf(value);
        } catch (error) {
          expect(error).toEqual(cannotBeCarried);
          return;
        }
        carried++;
        const decoded = readHeader(bytes, 0, bytes.length);
        // A decoded value does not change when it is encoded and decoded again.
        expect(roundTrip(decoded)).toEqual(decoded);
      }),
      { numRuns: 5000 },
    );
    expect(carried).toBeGreaterThan(1000);
  });

  test("encodes binary values, bigints of 64 bits and dates so that they decode to equal values", () => {
    const value = { bytes: Uint8Array.of(1, 2), big: 2n ** 63n, date: new Date(1234567) };
    expect(roundTrip(value)).toEqual(value);
    const dates = [0, -1, 1, 999, 2 ** 34 * 1000, -(2 ** 40), 8.64e15, -8.64e15];
    for (const time of dates) expect(roundTrip(new Date(time))).toEqual(new Date(time));
  });

  test("encodes numbers and bigints so that a safe integer decodes to a number and any other integer to a bigint", () => {
    expect(roundTrip([5n, -5n, 2n ** 53n - 1n, 2n ** 53n, -(2n ** 63n), 2n ** 64n - 1n])).toEqual([
      5,
      -5,
      2 ** 53 - 1,
      2n ** 53n,
      -(2n ** 63n),
      2n ** 64n - 1n,
    ]);
    expect(roundTrip([2 ** 32, -(2 ** 31) - 1, 2 ** 53 - 1, 1e300])).toEqual([
      2 ** 32,
      -(2 ** 31) - 1,
      2 ** 53 - 1,
      1e300,
    ]);
  });

  test("omits undefined properties, and encodes functions and undefined items as null", () => {
    expect(roundTrip({ a: 1, gone: undefined, f: () => {}, b: { gone: undefined } })).toEqual({
      a: 1,
      f: null,
      b: {},
    });
    expect(roundTrip([undefined, () => {}, 1, NaN])).toEqual([null, null, 1, NaN]);
    expect(roundTrip(new Array(3))).toEqual([null, null, null]);
  });

  test("encodes an instance of a class as its own properties, or as the result of its toJSON", () => {
    class Point {
      readonly x = 1;
      readonly #secret = 2;
      get y() {
        return this.#secret;
      }
    }
    class Named {
      toJSON() {
        return { name: new Point(), at: new URL("file:///tmp") };
      }
    }
    class List extends Array<number> {}
    expect(roundTrip(new Point())).toEqual({ x: 1 });
    expect(roundTrip([new Named()])).toEqual([{ name: { x: 1 }, at: "file:///tmp" }]);
    expect(roundTrip({ list: List.from([1, 2]) })).toEqual({ list: [1, 2] });
    expect(roundTrip(Object.assign(Object.create(null), { x: 1 }))).toEqual({ x: 1 });
    expect(roundTrip(Object.assign(Object.create({ inherited: 1 }), { own: 1 }))).toEqual({ own: 1 });
  });

  test("encodes property names with a special meaning in JavaScript as ordinary keys", () => {
    const header = {
      constructor: "c",
      toJSON: "j",
      hasOwnProperty: "h",
      valueOf: 1,
      length: 3,
      prototype: 2,
    };
    expect(roundTrip(header)).toEqual(header);
    expect(roundTrip({ hasOwnProperty: () => false, a: 1 })).toEqual({ hasOwnProperty: null, a: 1 });
  });

  const secret = new Error("secret");
  test.each<[string, unknown]>([
    ["a Map", new Map([["a", Float64Array.of(1)]])],
    ["a Set", new Set([1])],
    ["a RegExp", /a/],
    ["an Error", secret],
    ["an ArrayBuffer", new ArrayBuffer(4)],
    ["a SharedArrayBuffer", new SharedArrayBuffer(4)],
    ["a DataView", new DataView(new ArrayBuffer(4))],
    ["a Float32Array", Float32Array.of(1.5)],
    ["a Uint16Array", Uint16Array.of(300)],
    ["a BigInt64Array", BigInt64Array.of(1n)],
    ["a promise", Promise.resolve(1)],
    ["a generator", (function* () {})()],
    ["a WeakMap", new WeakMap()],
    ["a symbol", Symbol("no")],
    ["a boxed string", Object("text")],
    ["an invalid date", new Date(NaN)],
    ["a bigint above 64 bits", 2n ** 64n],
    ["a bigint below 64 bits", -(2n ** 63n) - 1n],
    ["half of a surrogate pair", "\ud800"],
    ["half of a surrogate pair in a long string", `${"x".repeat(100)}\udc00`],
    ["a key with half of a surrogate pair", { "\ud800": 1 }],
    ["the key __proto__", JSON.parse('{ "__proto__": 1 }')],
    [
      "an object whose getter throws",
      {
        get bad() {
          throw secret;
        },
      },
    ],
    ["a Set that toJSON returns", { toJSON: undefined, at: Object.create({ toJSON: () => new Set() }) }],
    [
      "a toJSON that always returns itself",
      Object.create({
        toJSON() {
          return Object.create(this);
        },
      }),
    ],
  ])("refuses %s at any place in the header", (_, value) => {
    for (const header of [value, { a: 1, value, b: 2 }, [1, { deep: [value] }]]) {
      expect(() => encodeHeader(header)).toThrow(cannotBeCarried);
    }
  });

  test("encodes views of any class with elements of one byte", () => {
    for (const view of [
      Uint8Array.of(1, 255),
      Int8Array.of(1, -1),
      Uint8ClampedArray.of(1, 255),
      Buffer.of(1, 255),
      new Uint8Array(new SharedArrayBuffer(4)).fill(255, 1).fill(1, 0, 1).subarray(0, 2),
    ]) {
      expect(roundTrip({ view })).toEqual({ view: Uint8Array.of(1, 255) });
    }
  });

  test("encodes values that are nested to the maximum depth, and refuses one level more", () => {
    const nested = (levels: number): unknown => {
      let value: unknown = null;
      for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
      return value;
    };
    expect(headerBytesOf(roundTrip(nested(maxHeaderDepth)))).toEqual(headerBytesOf(nested(maxHeaderDepth)));
    expect(() => encodeHeader(nested(maxHeaderDepth + 1))).toThrow(cannotBeCarried);
  });

  test("encodes a deeply nested value in linear time, even if every level must be copied", () => {
    let value: unknown = { f: () => {}, gone: undefined };
    for (let level = 1; level < maxHeaderDepth; level++) value = { before: 1, value, after: undefined };
    expect(roundTrip(value)).toBeInstanceOf(Object);
  });

  /** A property that is `first` on the first read and `second` on later reads. */
  function changing(first: unknown, second: unknown): object {
    let reads = 0;
    const read = () => (reads++ === 0 ? first : second);
    return Object.defineProperty({}, "a", { get: read, enumerable: true });
  }

  test.each<[string, unknown]>([
    ["half of a surrogate pair", "\ud800"],
    ["a view with wider elements", Uint16Array.of(1, 2, 3)],
    ["a Set", new Set([1])],
    ["a Map with keys that are not strings", new Map([[{}, 1]])],
    ["a symbol", Symbol("no")],
  ])("encodes the first value of a getter or a proxy that returns %s on the second read", (_, second) => {
    expect(roundTrip(changing(1, second))).toEqual({ a: 1 });
    expect(roundTrip([changing(1, second)])).toEqual([{ a: 1 }]);
    let reads = 0;
    const proxy = new Proxy({ a: 1 }, { get: () => (reads++ === 0 ? 1 : second) });
    expect(roundTrip({ proxy })).toEqual({ proxy: { a: 1 } });
  });

  test("ignores an own property that hides a class's method or getter", () => {
    expect(roundTrip(Object.defineProperty({ a: 1 }, "constructor", { value: Set }))).toEqual({ a: 1 });
    expect(roundTrip(Object.assign([1, 2], { constructor: Map }))).toEqual([1, 2]);
    const bytes = Object.defineProperty(Uint8Array.of(1, 2), "length", { value: 40 });
    expect(roundTrip({ bytes })).toEqual({ bytes: Uint8Array.of(1, 2) });
    const wide = Object.defineProperty(Uint16Array.of(1), "BYTES_PER_ELEMENT", { value: 1 });
    expect(() => encodeHeader({ wide })).toThrow(cannotBeCarried);
    const date = Object.assign(new Date(3), { getTime: () => Number.NaN });
    expect(roundTrip({ date })).toEqual({ date: new Date(3) });
  });

  test("encodes values of another realm in the same way as values of this realm", () => {
    const header = runInNewContext("({ a: [new Date(1), new Uint8Array([1, 2]), { b: 1 }] })");
    expect(roundTrip(header)).toEqual({ a: [new Date(1), Uint8Array.of(1, 2), { b: 1 }] });
  });

  test("refuses bytes whose memory was transferred", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(() => encodeHeader({ bytes })).toThrow(cannotBeCarried);
  });

  test.each<[string, () => unknown]>([
    ["an array of holes", () => new Array(2 ** 32 - 1)],
    ["a value that contains the same value twice at each of 40 levels", () => doubled(40)],
    ["a string", () => "x".repeat(2 ** 24)],
    ["bytes", () => new Uint8Array(2 ** 28)],
  ])("refuses %s far over the limit within 500 ms", (_, make) => {
    const value = make();
    const start = performance.now();
    for (const header of [value, { value }, [value]]) {
      expect(() => encodeHeader(header, 65_536)).toThrow(
        expect.objectContaining({ code: "ERR_IPC_MESSAGE_TOO_LARGE" }),
      );
    }
    expect(performance.now() - start).toBeLessThan(500);
  });

  function doubled(levels: number): unknown {
    let value: unknown = [1];
    for (let level = 1; level < levels; level++) value = level % 2 ? [value, value] : { a: value, b: value };
    return value;
  }

  test("throws ERR_IPC_INVALID_HEADER for a getter that throws a value without text", () => {
    for (const thrown of [undefined, Object.create(null), Symbol("no")]) {
      const header = {
        get a() {
          throw thrown;
        },
      };
      expect(() => encodeHeader(header)).toThrow(cannotBeCarried);
    }
  });

  test("never encodes a value with an extension that the program registers with msgpackr", () => {
    class Celsius {
      readonly degrees = 21;
    }
    addExtension({ Class: Celsius, type: 0x11, pack: () => Buffer.of(1), unpack: () => 1 });
    expect(roundTrip({ at: new Celsius() })).toEqual({ at: { degrees: 21 } });
    // Extensions cannot be removed. Both stay registered for the rest of this process.
    addExtension({ Class: Date, type: 0x12, pack: () => Buffer.of(1), unpack: () => 1 });
    for (const header of [{ at: new Date(1) }, [Uint8Array.of(1)]]) {
      expect(() => encodeHeader(header)).toThrow(cannotBeCarried);
    }
    expect(roundTrip({ a: 1 })).toEqual({ a: 1 });
  });
});
