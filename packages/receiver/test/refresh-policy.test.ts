import { describe, expect, it } from "vitest";
import { isBaseMissing, isWholeDelta, RefreshPolicy } from "../src/refresh-policy.ts";

describe("RefreshPolicy", () => {
  const keyFrame = { encoding: "delta", delta: {} };
  const delta = { encoding: "delta", delta: { base: 1 } };

  it("requests one key frame, and another one only after a frame has decoded", () => {
    const policy = new RefreshPolicy();
    expect([delta, delta].map((metadata) => policy.isRequestNeeded(metadata, undefined))).toEqual([
      true,
      false,
    ]);
    policy.isPending = false;
    expect(policy.isRequestNeeded(delta, undefined)).toBe(true);
  });

  it("requests no key frame after an undecodable key frame, but requests one after the delta that follows", () => {
    const policy = new RefreshPolicy();
    const needed = [delta, keyFrame, delta].map((metadata) => policy.isRequestNeeded(metadata, undefined));
    expect(needed).toEqual([true, false, true]);
  });

  it("requests no key frame for an encoding without deltas", () => {
    expect(new RefreshPolicy().isRequestNeeded({ encoding: "jpeg" }, undefined)).toBe(false);
  });
});

describe("isBaseMissing()", () => {
  it.each<[boolean, unknown, unknown]>([
    [true, { encoding: "delta" }, new Error("any")],
    [true, { encoding: "auto" }, Object.assign(new Error(), { code: "ERR_IMAGE_MISSING_BASE" })],
    [false, { encoding: "jpeg" }, Object.assign(new Error(), { code: "ERR_IMAGE_UNDECODABLE" })],
    [false, undefined, undefined],
    [false, null, null],
  ])("returns %s for metadata %j and error %s", (expected, metadata, error) => {
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
  ])("returns %s for metadata %j", (expected, metadata) => {
    expect(isWholeDelta(metadata)).toBe(expected);
  });
});
