import { describe, expect, test } from "vitest";
import { readHeader } from "../../src/headers/header-reader.ts";
import { encodeHeader } from "../../src/headers/header-writer.ts";
import { headerBytesOf } from "../support/raw-peer.ts";

const cannotBeCarried = expect.objectContaining({
  code: "ERR_IPC_INVALID_HEADER",
  cause: expect.any(Error),
});

describe("encodeHeader and readHeader", () => {
  test("encodes lengths and integers in their shortest form", () => {
    expect(headerBytesOf({ a: undefined, b: 1 }).toString("hex")).toBe("81a16201");
    expect(headerBytesOf(undefined).toString("hex")).toBe("c0");
  });

  test("throws an encoding error with a code and a cause, and encodes the next header correctly", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const value of [Symbol("no"), 2n ** 70n, circular]) {
      expect(() => encodeHeader(value)).toThrow(cannotBeCarried);
      expect(headerBytesOf({ a: 1 }).toString("hex")).toBe("81a16101");
    }
  });

  test("throws a decoding error with a code and a cause, and decodes the next header correctly", () => {
    for (const hex of ["c1", "9201", "0101", "", "91".repeat(60_000)]) {
      const bytes = Buffer.from(hex, "hex");
      expect(() => readHeader(bytes, 0, bytes.length)).toThrow(
        expect.objectContaining({ code: "ERR_IPC_CORRUPT_MESSAGE", cause: expect.any(Error) }),
      );
      expect(readHeader(Buffer.from("81a16101", "hex"), 0, 4)).toEqual({ a: 1 });
    }
  });

  test("encodes a header whose getter encodes another header", () => {
    const header = {
      before: 1,
      get inner() {
        return headerBytesOf({ inner: true }).length;
      },
      after: "x".repeat(100),
    };
    const bytes = headerBytesOf(header);
    expect(readHeader(bytes, 0, bytes.length)).toEqual({ before: 1, inner: 8, after: "x".repeat(100) });
  });
});
