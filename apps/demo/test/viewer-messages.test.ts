import fc from "fast-check";
import { expect, test } from "vitest";
import { parseViewerMessage } from "../src/viewer-messages.ts";

const pointer = { kind: "pointer", event: "move", x: 0.5, y: 0.5, button: "none", clickCount: 0 };
const wheel = { kind: "wheel", x: 0, y: 1, deltaX: 0, deltaY: 120 };
const key = { kind: "key", event: "down", key: "a", code: "KeyA" };

function parse(message: unknown) {
  return parseViewerMessage(JSON.stringify(message));
}

test.each([
  { type: "demand", encoding: "auto" },
  { type: "demand", encoding: "delta", maxFps: 5, maxWidth: 640, maxHeight: 360 },
  { type: "shown", sequence: 7 },
  { type: "refresh" },
  { type: "audio", on: false },
  { type: "time", sent: 1.5 },
  { type: "kill" },
  { type: "input", input: pointer },
  { type: "input", input: { ...pointer, event: "down", button: "left", clickCount: 2, ctrl: true } },
  { type: "input", input: wheel },
  { type: "input", input: { ...key, alt: false, shift: true, meta: true, code: "" } },
])("accepts the message %j", (message) => {
  expect(parse(message)).toEqual(message);
});

test.each([
  { type: "demand", encoding: "png" },
  { type: "demand", encoding: "raw", maxFps: 0 },
  { type: "demand", encoding: "raw", maxWidth: 0 },
  { type: "demand", encoding: "raw", maxWidth: 1.5 },
  { type: "demand", encoding: "raw", maxHeight: 1e6 },
  { type: "shown", sequence: -1 },
  { type: "shown", sequence: "1" },
  { type: "audio" },
  { type: "time", sent: null },
  { type: "kill", pid: 1 },
  { type: "input" },
  { type: "input", input: { ...pointer, x: 1.01 } },
  { type: "input", input: { ...pointer, y: -0.01 } },
  { type: "input", input: { ...pointer, button: "fourth" } },
  { type: "input", input: { ...pointer, clickCount: 1e9 } },
  { type: "input", input: { ...wheel, deltaY: 1e6 } },
  { type: "input", input: { ...wheel, script: "alert(1)" } },
  { type: "input", input: { ...key, key: "" } },
  { type: "input", input: { ...key, key: "a".repeat(33) } },
  { type: "input", input: { ...key, ctrl: "yes" } },
])("rejects the message %j", (message) => {
  expect(parse(message)).toBeUndefined();
});

test("never throws for any text", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseViewerMessage(text)));
});
