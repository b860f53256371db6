import { describe, expect, test } from "vitest";
import { toRgba } from "../../../src/element/video/to-rgba.ts";

describe("toRgba", () => {
  test.each([
    ["RGBA", [1, 2, 3, 4], [1, 2, 3, 4]],
    ["BGRA", [3, 2, 1, 4], [1, 2, 3, 4]],
    ["RGBX", [1, 2, 3, 0], [1, 2, 3, 255]],
    ["BGRX", [3, 2, 1, 0], [1, 2, 3, 255]],
    ["RGB", [1, 2, 3], [1, 2, 3, 255]],
  ] as const)("converts %s", (format, pixel, expected) => {
    const data = Uint8Array.from([...pixel, ...pixel]);
    expect([...toRgba({ width: 2, height: 1, format, data })]).toEqual([...expected, ...expected]);
  });

  test("removes the offset and the padding of rows", () => {
    const data = Uint8Array.from([9, 1, 2, 3, 9, 9, 4, 5, 6]);
    const layout = [{ offset: 1, stride: 5 }];
    expect([...toRgba({ width: 1, height: 2, format: "RGB", layout, data })]).toEqual([
      ...[1, 2, 3, 255],
      ...[4, 5, 6, 255],
    ]);
  });

  test("throws if the data is too short", () => {
    const frame = { width: 2, height: 2, format: "RGBA", data: new Uint8Array(15) } as const;
    expect(() => toRgba(frame)).toThrow("must have 16 bytes, got 15");
  });
});
