import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxPasteLength, ProtocolError, parseInputMessage, parseViewerInput } from "../../src/index.ts";
import { inputs } from "./arbitrary-content.ts";

const pointer = { kind: "pointer", event: "move", x: 0.5, y: 0.5, button: "none", clickCount: 0 };
const wheel = { kind: "wheel", x: 0, y: 1, deltaX: 0, deltaY: -120 };
const key = { kind: "key", event: "down", key: "a", code: "KeyA" };
const touch = { kind: "touch", event: "start", points: [{ id: 0, x: 0, y: 1 }] };
const long = (length: number) => "a".repeat(length);

describe("parseInputMessage()", () => {
  it.each<object>([
    pointer,
    { ...pointer, event: "down", button: "back", clickCount: 100, x: 0, y: 1, shift: true, alt: false },
    { ...wheel, deltaX: -100_000, deltaY: 100_000, deltaMode: "page", viewer: "7" },
    { ...touch, points: Array.from({ length: 16 }, (_, id) => ({ id, x: 0, y: 0 })) },
    { ...touch, event: "cancel", points: [] },
    { ...key, key: long(64), code: "", location: 3, repeat: true },
    { kind: "text", text: "" },
    { kind: "text", text: long(4096) },
    { kind: "composition", text: "に", cursor: 1 },
    { kind: "paste", text: long(maxPasteLength) },
    { kind: "copy" },
    { kind: "dialog", id: "1", accept: true, text: "" },
    { kind: "picker", id: "1", values: null },
    { kind: "picker", id: "1", values: [], viewer: long(64) },
    { kind: "picker", id: "1", values: Array(1000).fill("") },
    { kind: "close-window" },
    { kind: "release", viewer: "7" },
  ])("returns a valid input: %.60j", (input) => {
    expect(parseInputMessage(input)).toEqual(input);
  });

  it("removes unknown fields, and optional fields that are null", () => {
    const more = { ...pointer, viewer: null, alt: null, later: 1 };
    expect(parseInputMessage(more)).toEqual(pointer);
    const points = [{ id: 1, x: 0, y: 0, force: 1 }];
    expect(parseInputMessage({ ...touch, points })).toEqual({ ...touch, points: [{ id: 1, x: 0, y: 0 }] });
    const picker = { kind: "picker", id: "1", values: null };
    expect(parseInputMessage({ ...picker, viewer: null, later: 1 })).toEqual(picker);
  });

  it("accepts integers of any width, as MessagePack libraries of other languages encode them", () => {
    expect(parseInputMessage({ ...pointer, x: 1n, y: 0n, clickCount: 2n })).toEqual({
      ...pointer,
      x: 1,
      y: 0,
      clickCount: 2,
    });
    expect(parseInputMessage({ ...wheel, deltaY: -53n })).toMatchObject({ deltaY: -53 });
  });

  it.each<[field: string, input: unknown]>([
    ["data", undefined],
    ["data", null],
    ["data", "release"],
    ["kind", {}],
    ["kind", []],
    ["kind", { kind: "toString" }],
    ["kind", { kind: "__proto__" }],
    ["kind", { kind: ["release"] }],
    ["x", { ...pointer, x: -0.001 }],
    ["x", { ...pointer, x: 1.001 }],
    ["x", { ...pointer, x: Number.NaN }],
    ["x", { ...pointer, x: "0.5" }],
    ["x", { ...pointer, x: null }],
    ["y", { ...pointer, y: 2n }],
    ["y", { ...pointer, y: undefined }],
    ["event", { ...pointer, event: "over" }],
    ["button", { ...pointer, button: "fifth" }],
    ["clickCount", { ...pointer, clickCount: -1 }],
    ["clickCount", { ...pointer, clickCount: 1.5 }],
    ["clickCount", { ...pointer, clickCount: 101 }],
    ["alt", { ...pointer, alt: 1 }],
    ["viewer", { ...pointer, viewer: "" }],
    ["viewer", { ...pointer, viewer: long(65) }],
    ["viewer", { ...pointer, viewer: 7 }],
    ["deltaX", { ...wheel, deltaX: 100_001 }],
    ["deltaY", { ...wheel, deltaY: Number.NEGATIVE_INFINITY }],
    ["deltaMode", { ...wheel, deltaMode: 0 }],
    ["points", { ...touch, points: { length: 1 } }],
    ["points", { ...touch, points: Array(17).fill({ id: 0, x: 0, y: 0 }) }],
    ["points.1.x", { ...touch, points: [...touch.points, { id: 1, x: 2, y: 0 }] }],
    ["points.0.id", { ...touch, points: [{ id: -1, x: 0, y: 0 }] }],
    ["key", { ...key, key: "" }],
    ["key", { ...key, key: long(65) }],
    ["code", { ...key, code: long(65) }],
    ["location", { ...key, location: 4 }],
    ["repeat", { ...key, repeat: "yes" }],
    ["text", { kind: "text", text: long(4097) }],
    ["text", { kind: "text", text: "\ud800" }],
    ["text", { kind: "text" }],
    ["cursor", { kind: "composition", text: "", cursor: -1 }],
    ["text", { kind: "paste", text: long(maxPasteLength + 1) }],
    ["cut", { kind: "copy", cut: "yes" }],
    ["id", { kind: "dialog", id: "", accept: true }],
    ["accept", { kind: "dialog", id: "1" }],
    ["values", { kind: "picker", id: "1" }],
    ["values", { kind: "picker", id: "1", values: "one" }],
    ["values", { kind: "picker", id: "1", values: Array(1001).fill("") }],
    ["values.0", { kind: "picker", id: "1", values: [5] }],
  ])("refuses an input with an invalid field %s, and names it in the error message", (field, input) => {
    const parse = () => parseInputMessage(input);
    expect(parse).toThrow(expect.objectContaining({ code: "ERR_PROTOCOL_INVALID_MESSAGE" }));
    expect(parse).toThrow(new RegExp(`^input, ${field.replaceAll(".", "\\.")}: `));
  });

  it("shows at most 40 characters of an invalid value in the error message", () => {
    const parse = () => parseInputMessage({ ...pointer, x: "0".repeat(1000) });
    expect(parse).toThrow(`input, x: must be a number from 0 to 1, got "${"0".repeat(40)}"`);
  });

  it("does not repeat the text of an input in the error message", () => {
    const parse = () => parseInputMessage({ kind: "text", text: "secret".repeat(1000) });
    expect(parse).toThrow(
      "input, text: must be well-formed text of 0 to 4096 UTF-16 code units, got a text of 6000",
    );
    expect(parse).not.toThrow("secret");
  });

  it("returns each valid input, also after a round trip through JSON", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(parseInputMessage(input)).toEqual(input);
        expect(parseInputMessage(JSON.parse(JSON.stringify(input)))).toEqual(input);
      }),
    );
  });

  it("throws nothing but a ProtocolError for any value and for any changed field", () => {
    const throwsOnlyProtocolErrors = (parse: () => unknown) => {
      try {
        parse();
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    };
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(fc.property(anything, (data) => throwsOnlyProtocolErrors(() => parseInputMessage(data))));
    fc.assert(
      fc.property(inputs, fc.nat(), anything, (input, index, value) => {
        const keys = Object.keys(input);
        const changed = { ...input, [keys[index % keys.length] as string]: value };
        throwsOnlyProtocolErrors(() => parseInputMessage(changed));
      }),
    );
  });
});

describe("parseViewerInput()", () => {
  it("returns an input without a viewer, and refuses an input that names a viewer", () => {
    expect(parseViewerInput(key)).toEqual(key);
    expect(parseViewerInput({ ...key, viewer: null })).toEqual(key);
    expect(() => parseViewerInput({ ...key, viewer: "7" })).toThrow(
      expect.objectContaining({ code: "ERR_PROTOCOL_INVALID_MESSAGE" }),
    );
    expect(() => parseViewerInput({ ...key, viewer: "7" })).toThrow("input, viewer: ");
  });
});
