import { expect, test } from "vitest";
import { readFrameCode } from "../src/synthetic/frame-code.ts";
import { TestPattern } from "../src/synthetic/test-pattern.ts";

const noon = Date.UTC(2026, 0, 1, 12);

function draw(pattern: TestPattern, frame: number, milliseconds: number): Uint8Array {
  const pixels = new Uint8Array(pattern.width * pattern.height * 4);
  pattern.draw(pixels, frame, milliseconds);
  return pixels;
}

test("draws the same pixels for the same frame and time, independent of earlier calls", () => {
  const pattern = new TestPattern(640, 360);
  const first = draw(pattern, 7, noon);
  draw(pattern, 8, noon + 12_345);
  expect(Buffer.compare(draw(pattern, 7, noon), first)).toBe(0);
  expect(Buffer.compare(draw(new TestPattern(640, 360), 7, noon), first)).toBe(0);
});

test("draws different pixels for the next frame and for a later time", () => {
  const pattern = new TestPattern(640, 360);
  const first = draw(pattern, 7, noon);
  expect(Buffer.compare(draw(pattern, 8, noon), first)).not.toBe(0);
  expect(Buffer.compare(draw(pattern, 7, noon + 33), first)).not.toBe(0);
});

test.each([
  [320, 180],
  [640, 360],
  [720, 1280],
  [1280, 720],
  [3840, 180],
  [320, 2160],
])("draws opaque frames of %d x %d with a readable frame number for a whole minute", (width, height) => {
  const pattern = new TestPattern(width, height);
  for (let second = 0; second < 60; second += 7) {
    const pixels = draw(pattern, second * 30, noon + second * 1_000);
    expect(readFrameCode(pixels, width, height)).toBe(second * 30);
    expect(pixels.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true);
  }
});

test("draws at a byte offset that is a multiple of four, and writes nothing outside the frame", () => {
  const pattern = new TestPattern(320, 180);
  const bytes = 320 * 180 * 4;
  const room = new Uint8Array(bytes + 24).fill(7);
  pattern.draw(room.subarray(12, 12 + bytes), 1, noon);
  expect(room.subarray(0, 12).every((value) => value === 7)).toBe(true);
  expect(room.subarray(12 + bytes).every((value) => value === 7)).toBe(true);
  expect(Buffer.compare(room.subarray(12, 12 + bytes), draw(pattern, 1, noon))).toBe(0);
});
