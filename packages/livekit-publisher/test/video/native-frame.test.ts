import { describe, expect, it } from "vitest";
import { nativeFrame } from "../../src/video/native-frame.ts";

describe("nativeFrame", () => {
  it.each([
    ["data that is too short", 8, 4, new Uint8Array(127)],
    ["data that is too long", 8, 4, new Uint8Array(129)],
    ["data at an offset of its ArrayBuffer", 8, 4, new Uint8Array(new ArrayBuffer(140), 4, 128)],
    ["a width that is no multiple of 4", 6, 4, new Uint8Array(96)],
    ["a height that is no multiple of 4", 8, 3, new Uint8Array(96)],
    ["a width of 0", 0, 4, new Uint8Array()],
    ["a height of 0", 4, 0, new Uint8Array()],
  ])("rejects %s", (_, width, height, data) => {
    expect(() => nativeFrame("BGRA", { width, height }, data)).toThrow(
      expect.objectContaining({ code: "ERR_LIVEKIT_INVALID_SAMPLE" }),
    );
  });

  it.each([
    ["I420", 48],
    ["NV12", 48],
    ["RGB", 96],
    ["RGBX", 128],
  ] as const)("accepts the exact length of %s", (format, length) => {
    const data = new Uint8Array(length);
    expect(nativeFrame(format, { width: 8, height: 4 }, data).data).toBe(data);
  });
});
