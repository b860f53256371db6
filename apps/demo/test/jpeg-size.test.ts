import sharp from "sharp";
import { expect, test } from "vitest";
import { jpegSize } from "../src/browser/jpeg-size.ts";

test.each([false, true])("The size is what the JPEG says (progressive: %s)", async (progressive) => {
  const picture = sharp({ create: { width: 301, height: 7, channels: 3, background: "teal" } });
  const jpeg = await picture
    .withExif({ IFD0: { Copyright: "x".repeat(300) } })
    .jpeg({ progressive })
    .toBuffer();
  expect(jpegSize(jpeg)).toEqual({ width: 301, height: 7 });
  // It holds for bytes within others, and there is none where it was cut off.
  expect(jpegSize(Buffer.concat([Buffer.alloc(5), jpeg]).subarray(5))).toEqual({ width: 301, height: 7 });
  expect(jpegSize(jpeg.subarray(0, 100))).toBeUndefined();
});

test.each([
  "",
  "ff",
  "ffd8",
  "ffd8ffc0",
  "00d8ffc00011080007012d",
  "ffd8ffe00000ffe00000",
  "ffd8ffc4000200000000000000",
])("What is no JPEG has no size: %s", (hex) => {
  expect(jpegSize(Buffer.from(hex, "hex"))).toBeUndefined();
});
