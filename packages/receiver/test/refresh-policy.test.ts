import { describe, expect, it } from "vitest";
import { isBaseMissing, isWholeDelta } from "../src/refresh-policy.ts";

describe("isBaseMissing()", () => {
  it.each<[boolean, unknown, unknown]>([
    [true, { encoding: "delta" }, new Error("any")],
    [true, { encoding: "auto" }, Object.assign(new Error(), { code: "ERR_IMAGE_MISSING_BASE" })],
    [false, { encoding: "jpeg" }, Object.assign(new Error(), { code: "ERR_IMAGE_UNDECODABLE" })],
    [false, undefined, undefined],
    [false, null, null],
  ])("is %s for metadata %j and %s", (expected, metadata, error) => {
    expect(isBaseMissing(metadata, error)).toBe(expected);
  });
});

describe("isWholeDelta()", () => {
  it.each([
    [true, { encoding: "delta", delta: {} }],
    [true, { encoding: "delta", delta: { base: null } }],
    [false, { encoding: "delta", delta: { base: 0 } }],
    [false, { encoding: "jpeg" }],
    [false, null],
  ])("is %s for metadata %j", (expected, metadata) => {
    expect(isWholeDelta(metadata)).toBe(expected);
  });
});
