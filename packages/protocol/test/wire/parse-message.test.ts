import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError, parseReceiverMessage, parseUploaderMessage } from "../../src/index.ts";

const parsers = { parseReceiverMessage, parseUploaderMessage };
/** Messages that both parsers refuse. */
const wrongUserMessages: readonly object[] = [
  { type: "message" },
  { type: "message", name: 5 },
  { type: "message", name: null, data: 1 },
  { type: "message", name: "a".repeat(1025) },
  { type: "message-credit" },
  { type: "message-credit", messages: 1 },
  { type: "message-credit", bytes: 1 },
  { type: "message-credit", messages: -1, bytes: 1 },
  { type: "message-credit", messages: 1, bytes: 0.5 },
  { type: "message-credit", messages: 1, bytes: 2 ** 53 },
  { type: "message-credit", messages: 1, bytes: 2n ** 53n },
  { type: "message-credit", messages: -1n, bytes: 1 },
  { type: "message-credit", messages: null, bytes: 1 },
  { type: "message-credit", messages: "1", bytes: 1 },
  { type: "failure" },
  { type: "failure", code: "ERR_A" },
  { type: "failure", message: "why" },
  { type: "failure", code: 5, message: "why" },
  { type: "failure", code: "a".repeat(65), message: "why" },
  { type: "failure", code: "ERR_A", message: "a".repeat(1025) },
  { type: "failure", lane: 5, code: "ERR_A", message: "why" },
];

const wrongVideoDemands: readonly unknown[] = [
  { maxFps: 0 },
  { maxFps: -5 },
  { maxFps: Number.NaN },
  { maxFps: Number.POSITIVE_INFINITY },
  { maxFps: "5" },
  { maxFps: true },
  { maxFps: 0n },
  { maxFps: -5n },
  { maxFps: 2n ** 53n },
  { maxWidth: 0 },
  { maxWidth: 1.5 },
  { maxHeight: -1 },
  { maxHeight: 2n ** 64n - 1n },
  { encodings: "jpeg" },
  { encodings: [5] },
  { encodings: ["a".repeat(65)] },
  { encodings: Array(33).fill("jpeg") },
  { quality: 0 },
  { quality: 101 },
  { quality: 50.5 },
  { quality: 101n },
  { delivery: "some" },
  { delivery: true },
];

const invalid = expect.objectContaining({ name: "ProtocolError", code: "ERR_PROTOCOL_INVALID_MESSAGE" });

describe("parseUploaderMessage()", () => {
  it.each([
    { type: "hello", id: "a" },
    { type: "hello", id: "a", name: "screen", clock: "boot 1" },
    { type: "image", sequence: 1, metadata: { format: "RGB" } },
    { type: "audio", metadata: null },
    { type: "message", name: "seek", data: { to: 5 } },
    { type: "message", name: "" },
    { type: "message-credit", messages: 256, bytes: 4194304 },
    { type: "failure", lane: "video", code: "ERR_IMAGE_ENGINE_MISSING", message: "a".repeat(1024) },
  ])("returns a valid message unchanged: %j", (message) => {
    expect(parseUploaderMessage(message)).toStrictEqual(message);
  });

  it("accepts integers that are decoded as bigint", () => {
    expect(parseUploaderMessage({ type: "image", sequence: 1n, metadata: null })).toStrictEqual({
      type: "image",
      sequence: 1,
      metadata: null,
    });
    expect(
      parseUploaderMessage({ type: "message-credit", messages: 256n, bytes: 2n ** 53n - 1n }),
    ).toStrictEqual({ type: "message-credit", messages: 256, bytes: Number.MAX_SAFE_INTEGER });
  });

  it("removes optional fields that are null", () => {
    const hello = { type: "hello", id: "a", name: null, clock: null };
    expect(parseUploaderMessage(hello)).toStrictEqual({ type: "hello", id: "a" });
  });

  it("removes unknown fields", () => {
    const hello = { type: "hello", id: "a", version: 7 };
    expect(parseUploaderMessage(hello)).toStrictEqual({ type: "hello", id: "a" });
  });

  it("accepts missing metadata, which the codec refuses later", () => {
    expect(parseUploaderMessage({ type: "image", sequence: 1 })).toMatchObject({
      sequence: 1,
      metadata: null,
    });
    expect(parseUploaderMessage({ type: "audio" })).toMatchObject({ type: "audio", metadata: null });
  });

  it.each([
    { type: "hello" },
    { type: "hello", id: 5 },
    { type: "hello", id: null },
    { type: "hello", id: "a", name: 5 },
    { type: "hello", id: "a".repeat(1025) },
    { type: "image", metadata: {} },
    { type: "image", sequence: -1, metadata: {} },
    { type: "image", sequence: 1.5, metadata: {} },
    { type: "image", sequence: Number.NaN, metadata: {} },
    { type: "image", sequence: 2 ** 53, metadata: {} },
    { type: "image", sequence: 2n ** 53n, metadata: {} },
    { type: "image", sequence: 2n ** 64n - 1n, metadata: {} },
    { type: "image", sequence: -1n, metadata: {} },
    { type: "image", sequence: null, metadata: {} },
    { type: "image", sequence: true, metadata: {} },
    { type: "image", sequence: "1", metadata: {} },
    ...wrongUserMessages,
  ])("refuses a message with an invalid field: case %#", (message) => {
    expect(() => parseUploaderMessage(message)).toThrow(invalid);
  });
});

describe("parseReceiverMessage()", () => {
  it.each([
    { type: "demand", video: {}, audio: null },
    { type: "demand", video: null, audio: {} },
    { type: "demand", video: { maxFps: 0.5, maxWidth: 1, maxHeight: 4320 }, audio: {} },
    { type: "demand", video: { encodings: [], quality: 1, delivery: "all" }, audio: null },
    {
      type: "demand",
      video: { encodings: ["jpeg", "unheard-of"], quality: 100, delivery: "latest" },
      audio: null,
    },
    { type: "demand", video: { encodings: Array(32).fill("a".repeat(64)) }, audio: null },
    { type: "credit", through: 0, consumed: 0 },
    { type: "credit", through: Number.MAX_SAFE_INTEGER, consumed: Number.MAX_SAFE_INTEGER },
    { type: "message", name: "a".repeat(1024), data: null },
    { type: "message", name: "seek", data: ["anything", { at: "all" }] },
    { type: "message-credit", messages: 0, bytes: 0 },
    { type: "refresh" },
    { type: "failure", code: "a".repeat(64), message: "" },
    { type: "failure", lane: "of a later version", code: "ERR_A", message: "why" },
  ])("returns a valid message unchanged: %j", (message) => {
    expect(parseReceiverMessage(message)).toStrictEqual(message);
  });

  it("accepts integers that are decoded as bigint", () => {
    expect(parseReceiverMessage({ type: "credit", through: 1n, consumed: 0n })).toStrictEqual({
      type: "credit",
      through: 1,
      consumed: 0,
    });
    const video = { maxFps: 30n, maxWidth: 1280n, maxHeight: 720n, quality: 80n };
    expect(parseReceiverMessage({ type: "demand", video, audio: null })).toStrictEqual({
      type: "demand",
      video: { maxFps: 30, maxWidth: 1280, maxHeight: 720, quality: 80 },
      audio: null,
    });
  });

  it("removes optional fields that are null", () => {
    const video = { maxFps: null, maxWidth: null, maxHeight: null, encodings: null, quality: null };
    expect(
      parseReceiverMessage({ type: "demand", video: { ...video, delivery: null }, audio: null }),
    ).toStrictEqual({ type: "demand", video: {}, audio: null });
    expect(parseReceiverMessage({ type: "credit", through: 2, consumed: null })).toStrictEqual({
      type: "credit",
      through: 2,
      consumed: 0,
    });
  });

  it("removes unknown fields of a demand", () => {
    const demand = { type: "demand", video: { maxFps: 5, mood: "blue" }, audio: { volume: 1 } };
    expect(parseReceiverMessage(demand)).toStrictEqual({ type: "demand", video: { maxFps: 5 }, audio: {} });
  });

  it("sets consumed to 0 if it is absent", () => {
    const credit = { type: "credit", through: 2 };
    expect(parseReceiverMessage(credit)).toStrictEqual({ type: "credit", through: 2, consumed: 0 });
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
    { type: "credit", through: 1, consumed: -1 },
    { type: "credit", through: 2n ** 53n, consumed: 0n },
    { type: "credit", through: true, consumed: 0 },
    { type: "credit", through: 1, consumed: 0.5 },
    ...wrongVideoDemands.map((video) => ({ type: "demand", video, audio: null })),
    ...wrongUserMessages,
  ])("refuses a message with an invalid field: case %#", (message) => {
    expect(() => parseReceiverMessage(message)).toThrow(invalid);
  });
});

describe.each(Object.entries(parsers))("%s()", (_, parse) => {
  it.each(["messages", "__proto__", "constructor", "toString", "hasOwnProperty", "", "Hello", "demand "])(
    "returns undefined for the unknown type %j",
    (type) => {
      expect(parse({ type, sequence: "junk" })).toBeUndefined();
    },
  );

  it("returns undefined for messages that only the other end sends", () => {
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
  ])("refuses a header without a type: case %#", (header) => {
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
    fc.constantFrom(
      "hello",
      "image",
      "audio",
      "demand",
      "credit",
      "refresh",
      "message",
      "message-credit",
      "failure",
      "__proto__",
    ),
    anything,
  );
  const fields = fc.dictionary(
    fc.constantFrom("id", "name", "data", "sequence", "metadata", "video", "audio", "through", "messages"),
    anything,
  );
  const headers = fc.oneof(
    anything,
    fc.tuple(types, fields).map(([type, rest]) => ({ ...rest, type })),
  );

  it("returns a message or undefined, or throws a ProtocolError, for any value", () => {
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
