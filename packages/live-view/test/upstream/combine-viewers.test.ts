import { expect, test } from "vitest";
import { combineViewers } from "../../src/upstream/combine-viewers.ts";

const auto = { type: "demand", encoding: "auto" } as const;
const jpeg = { type: "demand", encoding: "jpeg" } as const;
const raw = { type: "demand", encoding: "raw" } as const;
const delta = { type: "demand", encoding: "delta" } as const;

test("asks for the largest size and rate, and for no limit if one viewer has none", () => {
  const small = { ...auto, maxWidth: 640, maxFps: 5 };
  const fast = { ...auto, maxWidth: 320, maxFps: 30 };
  expect(combineViewers([small, fast])).toMatchObject({ maxWidth: 640, maxFps: 30 });
  expect(combineViewers([small, { ...auto, maxFps: 10 }])).toEqual({
    maxFps: 10,
    encodings: ["raw", "jpeg", "png", "webp"],
  });
  expect(combineViewers([])).toBeNull();
});

test("asks a raw source to compress, or a compressed one to decompress, only if all viewers want that", () => {
  const encodingsOf = (...demands: Parameters<typeof combineViewers>[0]) =>
    combineViewers(demands)?.encodings;
  const any = ["raw", "jpeg", "png", "webp"];
  expect(encodingsOf(auto)).toEqual(any);
  expect(encodingsOf(jpeg, jpeg)).toEqual(["jpeg"]);
  expect(encodingsOf(raw, delta)).toEqual(["raw"]);
  expect(encodingsOf(raw, jpeg)).toEqual(any);
  expect(encodingsOf(raw, auto)).toEqual(any);
});
