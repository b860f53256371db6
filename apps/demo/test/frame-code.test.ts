import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import {
  drawFrameCode,
  frameCodeArea,
  readFrameCode,
  readFrameCodeStrip,
} from "../src/synthetic/frame-code.ts";
import { TestPattern } from "../src/synthetic/test-pattern.ts";

const width = 320;
const height = 180;

function greyFrame(level: number): Uint8Array {
  return new Uint8Array(width * height * 4).fill(level);
}

test("reads any frame number that was drawn", () => {
  fc.assert(
    fc.property(fc.nat(0xffffff), (frame) => {
      const pixels = greyFrame(90);
      drawFrameCode(pixels, width, height, frame);
      expect(readFrameCode(pixels, width, height)).toBe(frame);
    }),
  );
});

test("wraps the frame number after 24 bits", () => {
  const pixels = greyFrame(90);
  drawFrameCode(pixels, width, height, 0x1000005);
  expect(readFrameCode(pixels, width, height)).toBe(5);
});

test("reads the frame number from the pixels of the code area alone", () => {
  const pixels = greyFrame(90);
  drawFrameCode(pixels, width, height, 4711);
  const area = frameCodeArea(height);
  const strip = Array.from({ length: area.height }, (_, row) => {
    const start = ((area.y + row) * width + area.x) * 4;
    return [...pixels.subarray(start, start + area.width * 4)];
  }).flat();
  expect(readFrameCodeStrip(strip)).toBe(4711);
});

test("returns undefined for a frame without the code", () => {
  for (const level of [0, 40, 128, 200, 255]) {
    expect(readFrameCode(greyFrame(level), width, height)).toBeUndefined();
  }
  expect(readFrameCode(new Uint8Array(0), width, height)).toBeUndefined();
});

test("returns undefined if a block of the code is inverted or damaged, or the frame is shifted by a few pixels", () => {
  const area = frameCodeArea(height);
  const at = (block: number, row: number) => ((area.y + row) * width + area.x + block * 8) * 4;
  for (let block = 0; block < 32; block++) {
    const pixels = greyFrame(90);
    drawFrameCode(pixels, width, height, 123_456);
    const dirty = Uint8Array.from(pixels);
    dirty.fill(128, at(block, 3) + 12, at(block, 3) + 16);
    expect(readFrameCode(dirty, width, height)).toBeUndefined();

    for (let row = 0; row < 8; row++) {
      const start = at(block, row);
      const value = pixels[start] === 0 ? 255 : 0;
      pixels.fill(value, start, start + 32);
    }
    expect(readFrameCode(pixels, width, height)).toBeUndefined();
  }
  const moved = greyFrame(90);
  drawFrameCode(moved, width, height, 123_456);
  for (const pixels of [-8, -4, 4, 8]) {
    const shifted = Uint8Array.from(moved, (_, index) => moved[index + pixels * 4] ?? 90);
    expect(readFrameCode(shifted, width, height)).toBeUndefined();
  }
});

test.each([
  [320, 180],
  [1280, 720],
  [1366, 766],
])("reads the frame number after JPEG compression of quality 50 at %d x %d", async (wide, high) => {
  const pattern = new TestPattern(wide, high);
  const pixels = new Uint8Array(wide * high * 4);
  for (const frame of [0, 1, 0x555555, 0xaaaaaa, 0xffffff]) {
    pattern.draw(pixels, frame, 0);
    const jpeg = await sharp(pixels, { raw: { width: wide, height: high, channels: 4 } })
      .jpeg({ quality: 50, chromaSubsampling: "4:2:0" })
      .toBuffer();
    const decoded = await sharp(jpeg).ensureAlpha().raw().toBuffer();
    expect(readFrameCode(decoded, wide, high)).toBe(frame);
  }
});
