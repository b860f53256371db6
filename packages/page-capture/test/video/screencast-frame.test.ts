import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeFrame, displayTime, type ScreencastFrame } from "../../src/video/screencast-frame.ts";

function frame(data: string, monotonicTimestamp?: number): ScreencastFrame {
  const time = monotonicTimestamp === undefined ? {} : { monotonicTimestamp };
  return { data, sessionId: 1, metadata: { deviceWidth: 1, deviceHeight: 1, timestamp: 1, ...time } };
}

describe("displayTime", () => {
  test.each([
    ["the stated time", 9.98, 9_980_000],
    ["the arrival for a planned time in the future", 10.01, 10_000_000],
    ["the arrival for the time of another clock", 5, 10_000_000],
    ["the arrival without a stated time", undefined, 10_000_000],
  ])("returns %s", (_, stated, time) => {
    expect(displayTime(frame("", stated), 10_000_000)).toBe(time);
  });
});

describe("decodeFrame", () => {
  test.each(["jpeg", "png"] as const)(
    "passes the bytes of a %s through, in memory of their own",
    async (encoding) => {
      const image = sharp({ create: { width: 30, height: 20, channels: 3, background: "red" } });
      const bytes = await image.toFormat(encoding).toBuffer();
      const sample = decodeFrame(frame(bytes.toString("base64")), 5);
      expect(sample).toMatchObject({
        type: "image",
        encoding,
        codedWidth: 30,
        codedHeight: 20,
        timestamp: 5,
      });
      expect(Buffer.compare(sample?.data ?? new Uint8Array(), bytes)).toBe(0);
      expect(sample?.data.buffer.byteLength).toBe(bytes.length);
    },
  );

  test.each(["", "AAAA", "iVBORw0KGgo="])("returns undefined for %j", (data) => {
    expect(decodeFrame(frame(data), 0)).toBeUndefined();
  });
});
