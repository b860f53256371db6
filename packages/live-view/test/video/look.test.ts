import { expect, test } from "vitest";
import { type Look, renditionOf } from "../../src/video/look.ts";

const hd = { codedWidth: 1280, codedHeight: 720 };
const auto: Look = { encoding: "auto", scale: 1 };

test("sends a compressed frame unchanged for auto and for its own encoding, if it is small enough", () => {
  for (const look of [auto, { ...auto, encoding: "jpeg" }, { ...auto, maxWidth: 1280 }] as const) {
    expect(renditionOf(look, hd, "jpeg")).toMatchObject({ key: "unchanged", isUnchanged: true });
  }
  expect(renditionOf(auto, hd, "png").isUnchanged).toBe(true);
  expect(renditionOf({ ...auto, encoding: "jpeg" }, hd, "png").isUnchanged).toBe(false);
  expect(renditionOf({ ...auto, maxWidth: 1279 }, hd, "jpeg").isUnchanged).toBe(false);
  expect(renditionOf({ ...auto, quality: 50 }, hd, "jpeg")).toMatchObject({
    encodings: ["jpeg"],
    quality: 50,
  });
});

test("sends raw frames as deltas for auto and delta, and unchanged for raw", () => {
  expect(renditionOf(auto, hd, "raw")).toMatchObject({ encodings: ["delta"], isDelta: true });
  expect(renditionOf({ ...auto, encoding: "delta" }, hd, "jpeg").isDelta).toBe(true);
  expect(renditionOf({ ...auto, encoding: "raw" }, hd, "raw").isUnchanged).toBe(true);
  expect(renditionOf({ ...auto, encoding: "raw" }, hd, "jpeg")).toMatchObject({ encodings: ["raw"] });
});

test("has one key for looks that lead to the same image", () => {
  const keyOf = (look: Partial<Look>) => renditionOf({ ...auto, ...look }, hd, "jpeg").key;
  expect(keyOf({ maxWidth: 640 })).toBe(keyOf({ maxHeight: 360 }));
  expect(keyOf({ maxWidth: 640 })).toBe(keyOf({ scale: 0.5 }));
  expect(keyOf({ maxWidth: 640 })).toBe(keyOf({ maxWidth: 640, encoding: "jpeg" }));
  expect(keyOf({ maxWidth: 640 })).not.toBe(keyOf({ maxWidth: 640, quality: 50 }));
  expect(keyOf({ maxWidth: 640 })).not.toBe(keyOf({ maxWidth: 640, encoding: "delta" }));
});

test("limits width and height to those of the demand and to the share of the full size", () => {
  expect(renditionOf({ ...auto, maxWidth: 640, scale: 0.25 }, hd, "jpeg")).toMatchObject({
    maxWidth: 320,
    maxHeight: 180,
  });
  expect(renditionOf({ ...auto, maxWidth: 200, scale: 0.5 }, hd, "jpeg")).toMatchObject({ maxWidth: 200 });
});
