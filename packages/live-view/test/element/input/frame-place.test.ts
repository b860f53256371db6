import { describe, expect, test } from "vitest";
import { applyRotation, fitFrame, undoRotation } from "../../../src/element/input/frame-place.ts";

describe("fitFrame", () => {
  const content = { left: 100, top: 50, width: 800, height: 400 };
  const frame = { width: 400, height: 400, position: "50% 50%", scale: 1 };

  test.each([
    ["fill", { left: 100, top: 50, width: 800, height: 400 }],
    ["contain", { left: 300, top: 50, width: 400, height: 400 }],
    ["cover", { left: 100, top: -150, width: 800, height: 800 }],
    ["none", { left: 300, top: 50, width: 400, height: 400 }],
    ["scale-down", { left: 300, top: 50, width: 400, height: 400 }],
  ])("places a square frame with object-fit %s", (fit, box) => {
    expect(fitFrame(content, { ...frame, fit })).toEqual(box);
  });

  test("keeps a small frame small with none and scale-down", () => {
    const small = { ...frame, width: 200, height: 100 };
    const box = { left: 400, top: 200, width: 200, height: 100 };
    expect(fitFrame(content, { ...small, fit: "none" })).toEqual(box);
    expect(fitFrame(content, { ...small, fit: "scale-down" })).toEqual(box);
    expect(fitFrame(content, { ...small, fit: "contain" })).toEqual({ ...content });
  });

  test.each([
    ["0% 0%", 100],
    ["100% 50%", 500],
    ["30px 50%", 130],
    ["calc(10% + 5px) 50%", 300],
  ])("applies object-position %s", (position, left) => {
    expect(fitFrame(content, { ...frame, fit: "contain", position }).left).toBe(left);
  });

  test("scales pixels with the canvas", () => {
    const box = fitFrame(content, { ...frame, fit: "none", position: "10px 0px", scale: 0.5 });
    expect(box).toEqual({ left: 105, top: 50, width: 200, height: 200 });
  });

  test("fills the box if the frame has no size", () => {
    expect(fitFrame(content, { ...frame, width: 0, height: 0, fit: "contain" })).toEqual(content);
  });
});

describe("undoRotation", () => {
  test.each([
    [0, { x: 0.75, y: 0.25 }],
    [90, { x: 0.25, y: 0.25 }],
    [180, { x: 0.25, y: 0.75 }],
    [270, { x: 0.75, y: 0.75 }],
  ] as const)("returns the position before a clockwise rotation by %d degrees", (rotation, place) => {
    expect(undoRotation(rotation, { x: 0.75, y: 0.25 })).toEqual(place);
    expect(applyRotation(rotation, place)).toEqual({ x: 0.75, y: 0.25 });
  });
});
