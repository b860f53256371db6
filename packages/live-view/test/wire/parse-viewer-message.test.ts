import fc from "fast-check";
import { expect, test } from "vitest";
import { parseViewerMessage } from "../../src/wire/parse-viewer-message.ts";
import { key } from "../support/inputs.ts";

test("accepts each kind of message", () => {
  for (const message of [
    { type: "demand", encoding: "auto" },
    { type: "demand", encoding: "jpeg", maxFps: 12.5, maxWidth: 7680, maxHeight: 4320 },
    { type: "hidden", hidden: true },
    { type: "paused", paused: true },
    { type: "shown", sequence: 12 },
    { type: "refresh" },
    { type: "audio", on: true },
    { type: "time", sent: 12.5 },
    { type: "control", on: false },
    { type: "input", input: key("down", "a") },
    { type: "message", name: "chat", data: { text: ["hello"] } },
    { type: "message", name: "bell" },
  ]) {
    expect(parseViewerMessage(JSON.stringify(message))).toEqual(message);
  }
});

test("rejects invalid messages", () => {
  for (const text of [
    "",
    "null",
    "[]",
    "{",
    '{"type":"kill"}',
    '{"type":"refresh","more":1}',
    '{"type":"demand","encoding":"gif"}',
    '{"type":"demand","encoding":"raw","maxFps":0}',
    '{"type":"demand","encoding":"raw","maxWidth":1.5}',
    '{"type":"shown","sequence":-1}',
    '{"type":"shown","sequence":1e300}',
    '{"type":"time","sent":"1"}',
    '{"type":"time","sent":1e999}',
    '{"type":"input","input":{"kind":"key","event":"down","key":"a","code":"KeyA","viewer":"another"}}',
    '{"type":"input","input":{"kind":"kick"}}',
    '{"type":"message","name":""}',
  ]) {
    expect(parseViewerMessage(text), text).toBeUndefined();
  }
});

test("rejects a message over 16,384 characters, except a paste", () => {
  const text = "x".repeat(20_000);
  const paste = { type: "input", input: { kind: "paste", text } };
  expect(parseViewerMessage(JSON.stringify(paste))).toEqual(paste);
  const long = JSON.stringify({ type: "message", name: "chat", data: text });
  expect(parseViewerMessage(long)).toBeUndefined();
  expect(parseViewerMessage(long, 30_000)).toMatchObject({ name: "chat" });
  expect(parseViewerMessage(`${" ".repeat(20_000)}{"type":"refresh"}`)).toBeUndefined();
});

test("accepts the longest answers, also if JSON escapes each of their characters", () => {
  const text = "\u0001".repeat(4_096);
  for (const input of [
    { kind: "picker", id: "1", values: [text] },
    { kind: "dialog", id: "1", accept: true, text },
  ]) {
    const message = { type: "input", input };
    expect(parseViewerMessage(JSON.stringify(message))).toEqual(message);
  }
});

test("returns undefined or a message for any text, and never throws", () => {
  const types = [
    "demand",
    "hidden",
    "paused",
    "shown",
    "refresh",
    "audio",
    "time",
    "control",
    "input",
    "message",
  ];
  const anyMessage = fc
    .record({
      type: fc.constantFrom(...types),
      rest: fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue()),
    })
    .map(({ type, rest }) => JSON.stringify({ ...rest, type }));
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), anyMessage), (text) => {
      const message = parseViewerMessage(text);
      expect(message === undefined || types.includes(message.type)).toBe(true);
    }),
  );
});
