import { describe, expect, it } from "vitest";
import { isBaseMissing, isWholeDelta, RefreshPolicy } from "../src/refresh-policy.ts";

describe("RefreshPolicy", () => {
  const whole = { encoding: "delta", delta: {} };
  const change = { encoding: "delta", delta: { base: 1 } };

  it("requests one whole frame until a frame decodes", () => {
    const policy = new RefreshPolicy();
    expect([change, change].map((metadata) => policy.isRequestNeeded(metadata, undefined))).toEqual([
      true,
      false,
    ]);
    policy.isPending = false;
    expect(policy.isRequestNeeded(change, undefined)).toBe(true);
  });

  it("does not request an undecodable whole frame again until a frame builds on it", () => {
    const policy = new RefreshPolicy();
    const needed = [change, whole, change].map((metadata) => policy.isRequestNeeded(metadata, undefined));
    expect(needed).toEqual([true, false, true]);
  });

  it("requests nothing for an encoding without deltas", () => {
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
