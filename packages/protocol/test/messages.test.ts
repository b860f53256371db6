import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError, parseReceiverMessage, parseUploaderMessage } from "../src/index.ts";

const parsers = { parseReceiverMessage, parseUploaderMessage };
const invalid = expect.objectContaining({ name: "ProtocolError", code: "ERR_PROTOCOL_INVALID_MESSAGE" });

describe("an uploader's messages", () => {
  it.each([
    { type: "hello", id: "a" },
    { type: "hello", id: "a", name: "screen", clock: "boot 1" },
    { type: "image", sequence: 1, metadata: { format: "RGB" } },
    { type: "audio", metadata: null },
  ])("are taken as they are: %j", (message) => {
    expect(parseUploaderMessage(message)).toStrictEqual(message);
  });

  it("lose fields that this version does not know", () => {
    const hello = { type: "hello", id: "a", version: 7 };
    expect(parseUploaderMessage(hello)).toStrictEqual({ type: "hello", id: "a" });
  });

  it("leave metadata to the codec, so that missing metadata costs the sample only", () => {
    expect(parseUploaderMessage({ type: "image", sequence: 1 })).toMatchObject({
      sequence: 1,
      metadata: null,
    });
    expect(parseUploaderMessage({ type: "audio" })).toMatchObject({ type: "audio", metadata: null });
  });

  it.each([
    { type: "hello" },
    { type: "hello", id: 5 },
    { type: "hello", id: "a", name: null },
    { type: "hello", id: "a".repeat(1025) },
    { type: "image", metadata: {} },
    { type: "image", sequence: -1, metadata: {} },
    { type: "image", sequence: 1.5, metadata: {} },
    { type: "image", sequence: Number.NaN, metadata: {} },
    { type: "image", sequence: 2 ** 53, metadata: {} },
    { type: "image", sequence: 1n, metadata: {} },
    { type: "image", sequence: "1", metadata: {} },
  ])("are refused where a field is wrong: case %#", (message) => {
    expect(() => parseUploaderMessage(message)).toThrow(invalid);
  });
});

describe("a receiver's messages", () => {
  it.each([
    { type: "demand", video: {}, audio: null },
    { type: "demand", video: null, audio: {} },
    { type: "credit", through: 0 },
    { type: "credit", through: Number.MAX_SAFE_INTEGER },
    { type: "refresh" },
  ])("are taken as they are: %j", (message) => {
    expect(parseReceiverMessage(message)).toStrictEqual(message);
  });

  it("lose wishes that this version does not know", () => {
    const demand = { type: "demand", video: { maxFps: 5 }, audio: null };
    expect(parseReceiverMessage(demand)).toStrictEqual({ type: "demand", video: {}, audio: null });
  });

  it.each([
    { type: "demand" },
    { type: "demand", video: {} },
    { type: "demand", video: true, audio: null },
    { type: "demand", video: {}, audio: "loud" },
    { type: "credit" },
    { type: "credit", through: -1 },
    { type: "credit", through: Number.POSITIVE_INFINITY },
    { type: "credit", through: 0.5 },
    { type: "credit", through: null },
  ])("are refused where a field is wrong: case %#", (message) => {
    expect(() => parseReceiverMessage(message)).toThrow(invalid);
  });
});

describe.each(Object.entries(parsers))("%s", (_, parse) => {
  it.each(["message", "__proto__", "constructor", "toString", "hasOwnProperty", "", "Hello", "demand "])(
    "knows no type %j, and skips it",
    (type) => {
      expect(parse({ type, sequence: "junk" })).toBeUndefined();
    },
  );

  it("skips the other side's messages", () => {
    const types =
      parse === parseUploaderMessage ? ["demand", "credit", "refresh"] : ["hello", "image", "audio"];
    for (const type of types) expect(parse({ type })).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    0,
    1n,
    true,
    "hello",
    [],
    ["hello"],
    {},
    { type: 5 },
    { type: null },
    new Date(),
    new Map(),
  ])("refuses what has no type: case %#", (header) => {
    expect(() => parse(header)).toThrow(invalid);
  });

  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    key: fc.oneof(
      fc.string(),
      fc.constantFrom("type", "__proto__", "constructor", "metadata", "video", "through"),
    ),
  });
  const types = fc.oneof(
    fc.constantFrom("hello", "image", "audio", "demand", "credit", "refresh", "__proto__", "constructor"),
    anything,
  );
  const fields = fc.dictionary(
    fc.constantFrom("id", "name", "clock", "sequence", "metadata", "video", "audio", "through", "extra"),
    anything,
  );
  const headers = fc.oneof(
    anything,
    fc.tuple(types, fields).map(([type, rest]) => ({ ...rest, type })),
  );

  it("gives a message, nothing, or a ProtocolError for anything at all", () => {
    fc.assert(
      fc.property(headers, (header) => {
        try {
          const message = parse(header);
          if (message) expect(message.type).toBe((header as { type: unknown }).type);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          expect(error).toMatchObject({ code: "ERR_PROTOCOL_INVALID_MESSAGE" });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
