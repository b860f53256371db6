import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  maxCopyLength,
  maxNoticeTextLength,
  maxPickerOptions,
  ProtocolError,
  parsePageNotice,
} from "../../src/index.ts";
import { notices } from "./arbitrary-content.ts";

const dialog = { kind: "dialog", id: "1", type: "prompt", message: "Your name?" };
const picker = { kind: "picker", id: "1", type: "select", x: 0.1, y: 0.2, width: 0.3, height: 0.04 };
const option = { value: "1", label: "One" };
const page = { kind: "window", url: "https://example.com/", title: "", isPopup: false };

describe("parsePageNotice()", () => {
  it.each<object>([
    { kind: "cursor", cursor: "nwse-resize" },
    { ...dialog, defaultValue: "", timeout: 10_000 },
    { ...picker, options: Array(maxPickerOptions).fill(option), multiple: true },
    { ...picker, x: -3, width: 7, options: [{ ...option, selected: true, disabled: false, group: "" }] },
    { ...picker, type: "date", value: "2026-01-01", min: "", max: "2027-01-01", step: "any" },
    { kind: "closed", id: "1" },
    { kind: "copied", text: "a".repeat(maxCopyLength), viewer: "7" },
    { kind: "file-chooser", multiple: false },
    { kind: "download", name: "a".repeat(maxNoticeTextLength) },
    { kind: "crash", reloading: true },
    { kind: "capture", state: "running" },
    { kind: "capture", state: "stopped" },
    page,
  ])("returns a valid notice: %.60j", (notice) => {
    expect(parsePageNotice(notice)).toEqual(notice);
  });

  it("removes unknown fields, and optional fields that are null", () => {
    const options = [{ ...option, group: null, later: 1 }];
    expect(parsePageNotice({ ...picker, value: null, options, later: 1 })).toEqual({
      ...picker,
      options: [option],
    });
  });

  it.each<[field: string, notice: unknown]>([
    ["data", 5],
    ["kind", { kind: "constructor" }],
    ["cursor", { kind: "cursor", cursor: "url(https://example.com/a.png), auto" }],
    ["cursor", { kind: "cursor", cursor: "" }],
    ["id", { ...dialog, id: "a".repeat(65) }],
    ["type", { ...dialog, type: "print" }],
    ["message", { ...dialog, message: "a".repeat(4097) }],
    ["timeout", { ...dialog, timeout: -1 }],
    ["timeout", { ...dialog, timeout: Number.POSITIVE_INFINITY }],
    ["type", { ...picker, type: "file" }],
    ["x", { ...picker, x: Number.NaN }],
    ["width", { ...picker, width: "1" }],
    ["options", { ...picker, options: Array(1001).fill(option) }],
    ["options.0.label", { ...picker, options: [{ value: "1" }] }],
    ["options.1.selected", { ...picker, options: [option, { ...option, selected: 1 }] }],
    ["multiple", { ...picker, multiple: "yes" }],
    ["text", { kind: "copied", text: "a".repeat(1_000_001) }],
    ["multiple", { kind: "file-chooser" }],
    ["name", { kind: "download", name: 5 }],
    ["reloading", { kind: "crash", reloading: null }],
    ["state", { kind: "capture" }],
    ["state", { kind: "capture", state: "uploader-closed" }],
    ["url", { ...page, url: undefined }],
    ["isPopup", { ...page, isPopup: 0 }],
  ])("refuses a notice with an invalid field %s, and names it in the error message", (field, notice) => {
    const parse = () => parsePageNotice(notice);
    expect(parse).toThrow(expect.objectContaining({ code: "ERR_PROTOCOL_INVALID_MESSAGE" }));
    expect(parse).toThrow(new RegExp(`^page notice, ${field.replaceAll(".", "\\.")}: `));
  });

  it("returns each valid notice, also after a round trip through JSON", () => {
    fc.assert(
      fc.property(notices, (notice) => {
        expect(parsePageNotice(notice)).toEqual(notice);
        expect(parsePageNotice(JSON.parse(JSON.stringify(notice)))).toEqual(notice);
      }),
    );
  });

  it("throws nothing but a ProtocolError for any changed field", () => {
    fc.assert(
      fc.property(notices, fc.nat(), fc.anything({ withBigInt: true }), (notice, index, value) => {
        const keys = Object.keys(notice);
        try {
          parsePageNotice({ ...notice, [keys[index % keys.length] as string]: value });
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});
