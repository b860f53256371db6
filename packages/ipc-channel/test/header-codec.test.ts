import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeHeader, encodeHeader } from "../src/header-codec.ts";

const roundTrip = (value: unknown) => {
  const bytes = encodeHeader(value);
  return decodeHeader(Buffer.concat([Buffer.from([0xc1]), bytes, Buffer.from([0xc1])]), 1, 1 + bytes.length);
};

test("what JSON can carry comes back equal", () => {
  const json = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("__proto__"));
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.stringify(roundTrip(value))).toBe(JSON.stringify(value));
    }),
  );
});

test("binary values, bigints of 64 bits and dates come back equal", () => {
  const value = { bytes: Uint8Array.of(1, 2), big: 2n ** 63n, date: new Date(1234567) };
  expect(roundTrip(value)).toMatchObject({ big: value.big, date: value.date });
  expect(Buffer.from((roundTrip(value) as typeof value).bytes)).toEqual(Buffer.from([1, 2]));
});

test("properties that are undefined are left out, and an undefined header is nil", () => {
  expect(encodeHeader({ a: undefined, b: 1 }).toString("hex")).toBe("81a16201");
  expect(encodeHeader(undefined).toString("hex")).toBe("c0");
});

test("a key __proto__ changes no prototype", () => {
  const value = decodeHeader(Buffer.from("81a95f5f70726f746f5f5f81a16101", "hex"), 0, 15);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect((value as { a?: unknown }).a).toBeUndefined();
});

test("a header that MessagePack cannot carry is ERR_IPC_INVALID_HEADER with the cause, and the next one is encoded as ever", () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const value of [Symbol("no"), 2n ** 70n, circular]) {
    expect(() => encodeHeader(value)).toThrow(
      expect.objectContaining({ code: "ERR_IPC_INVALID_HEADER", cause: expect.any(Error) }),
    );
    expect(encodeHeader({ a: 1 }).toString("hex")).toBe("81a16101");
  }
});

test("bytes that are no MessagePack value are ERR_IPC_CORRUPT_MESSAGE with the cause", () => {
  const deep = Buffer.alloc(60_000, 0x91);
  for (const bytes of [
    Buffer.from([0xc1]),
    Buffer.from([0x92, 1]),
    Buffer.from([1, 1]),
    Buffer.alloc(0),
    deep,
  ]) {
    expect(() => decodeHeader(bytes, 0, bytes.length)).toThrow(
      expect.objectContaining({ code: "ERR_IPC_CORRUPT_MESSAGE", cause: expect.any(Error) }),
    );
  }
});

test("a decoded binary value does not hold on to the bytes it was read from", () => {
  const bytes = encodeHeader(Uint8Array.of(1, 2, 3));
  const value = decodeHeader(bytes, 0, bytes.length) as Uint8Array;
  bytes.fill(0);
  expect([...value]).toEqual([1, 2, 3]);
});

test("views of anything but bytes are ERR_IPC_INVALID_HEADER, wherever they are, and views of bytes are carried", () => {
  const views = [
    Float32Array.of(1.5),
    Uint16Array.of(300),
    BigInt64Array.of(1n),
    new DataView(new ArrayBuffer(4)),
  ];
  for (const view of views) {
    for (const header of [view, { view }, [{ deep: [view] }]]) {
      expect(() => encodeHeader(header)).toThrow(expect.objectContaining({ code: "ERR_IPC_INVALID_HEADER" }));
    }
  }
  for (const view of [
    Uint8Array.of(1, 255),
    Int8Array.of(1, -1),
    Uint8ClampedArray.of(1, 255),
    Buffer.of(1, 255),
  ]) {
    expect((roundTrip({ view }) as { view: Buffer }).view).toEqual(Buffer.of(1, 255));
  }
});
