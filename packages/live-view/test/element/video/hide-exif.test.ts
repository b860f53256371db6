import { describe, expect, test } from "vitest";
import { hideExif } from "../../../src/element/video/hide-exif.ts";

const exif = [0x45, 0x78, 0x69, 0x66];

/** Returns the bytes after hideExif(). */
function hidden(bytes: readonly number[]): number[] {
  const data = Uint8Array.from(bytes);
  hideExif(data.buffer);
  return [...data];
}

describe("hideExif", () => {
  test("overwrites the name of EXIF segments before the scan, and nothing else", () => {
    const before = [0xff, 0xd8, 0xff, 0xe0, 0, 6, ...exif, 0xff, 0xe1, 0, 6];
    const after = [0xff, 0xda, 0, 2, 0xff, 0xe1, 0, 6, ...exif];
    expect(hidden([...before, ...exif, ...after])).toEqual([...before, 0, 0, 0, 0, ...after]);
  });

  test.each([
    ["no data", []],
    ["a PNG", [0x89, 0x50, 0x4e, 0x47, ...exif]],
    ["a cut JPEG", [0xff, 0xd8, 0xff, 0xe1, 0, 6, 0x45]],
    ["a segment of length 0", [0xff, 0xd8, 0xff, 0xe0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ])("leaves %s as it is", (_, bytes) => {
    expect(hidden(bytes)).toEqual(bytes);
  });
});
