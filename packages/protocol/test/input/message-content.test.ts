import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fitText,
  type InputMessage,
  messageContent,
  type PageNotice,
  ProtocolError,
  parseInputMessage,
  parsePageNotice,
} from "../../src/index.ts";
import { inputs, notices } from "./arbitrary-content.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("messageContent()", () => {
  it("returns small content as the data", () => {
    const input: InputMessage = { kind: "paste", text: "short" };
    expect(messageContent(input)).toEqual([input]);
  });

  it.each<InputMessage>([
    { kind: "paste", text: "ä".repeat(1_000_000), viewer: "7" },
    { kind: "picker", id: "1", values: Array(1000).fill("a".repeat(1000)) },
  ])("returns large input as a payload, which parseInputMessage() reads", (input) => {
    const [data, payload] = messageContent(input);
    expect(data).toBeUndefined();
    expect(payload?.buffer.byteLength).toBe(payload?.length);
    expect(parseInputMessage(data, payload)).toEqual(input);
  });

  it.each<PageNotice>([
    { kind: "copied", text: "\u{1f600}".repeat(500_000) },
    {
      kind: "picker",
      id: "1",
      type: "select",
      ...{ x: 0, y: 0, width: 1, height: 1 },
      options: Array(1000).fill({ value: "a value", label: "a label", group: "a group" }),
    },
  ])("returns a large notice as a payload, which parsePageNotice() reads", (notice) => {
    const [data, payload] = messageContent(notice);
    expect(data).toBeUndefined();
    expect(parsePageNotice(data, payload)).toEqual(notice);
  });

  it("keeps all inputs and notices unchanged, with less than 32 KiB of data", () => {
    fc.assert(
      fc.property(inputs, notices, (input, notice) => {
        expect(parseInputMessage(...messageContent(input))).toEqual(input);
        expect(parsePageNotice(...messageContent(notice))).toEqual(notice);
        for (const [data] of [messageContent(input), messageContent(notice)]) {
          expect(bytes(JSON.stringify(data ?? "")).length).toBeLessThan(32_768);
        }
      }),
    );
  });
});

describe("parseInputMessage() with a payload", () => {
  it("ignores the payload if there is data", () => {
    expect(parseInputMessage({ kind: "release" }, bytes("no JSON"))).toEqual({ kind: "release" });
  });

  it.each<[string, Uint8Array]>([
    ["no JSON", bytes("{")],
    ["no UTF-8", Uint8Array.of(0x22, 0xff, 0x22)],
    ["more than 4 MiB", new Uint8Array(4 * 1024 * 1024 + 1).fill(0x20)],
  ])("refuses a payload that is %s with ERR_PROTOCOL_INVALID_MESSAGE", (_, payload) => {
    expect(() => parseInputMessage(undefined, payload)).toThrow(
      expect.objectContaining({ code: "ERR_PROTOCOL_INVALID_MESSAGE" }),
    );
    expect(() => parseInputMessage(null, payload)).toThrow("input, payload: ");
  });

  it("throws nothing but a ProtocolError for any payload", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (payload) => {
        expect(() => parseInputMessage(undefined, payload)).toThrow(ProtocolError);
      }),
    );
  });
});

describe("fitText()", () => {
  it("cuts the text, and replaces lone surrogates", () => {
    expect(fitText("abc", 3)).toBe("abc");
    expect(fitText("abcd", 3)).toBe("abc");
    expect(fitText("a\u{1f600}", 2)).toBe("a\ufffd");
    expect(fitText("\udc00b", 2)).toBe("\ufffdb");
  });
});
