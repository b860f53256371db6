import { BroadcastImageCodec, type EncodedImageSample, type ImageEncoding } from "@broadcast-ipc/image-codec";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VideoFeed } from "../../src/video/video-feed.ts";
import { type CapturedFrame, captureFrames } from "./support/captured-frames.ts";
import { type Color, patternSample, toYuv } from "./support/samples.ts";

const patches: readonly Color[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [200, 120, 40],
];

let frames: CapturedFrame[];
let feed: VideoFeed;

beforeEach(async () => {
  frames = captureFrames();
  feed = await VideoFeed.open(patternSample({ format: "BGRA", width: 16, height: 16 }));
  frames.length = 0;
});

afterEach(async () => {
  await feed.close();
  vi.restoreAllMocks();
});

/** Encodes an image of four quarters with the colours of `patches`. */
async function encodePatches(
  encoding: ImageEncoding,
  width: number,
  height: number,
  timestamp = 2_000,
): Promise<EncodedImageSample> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const patch = (x < 32 ? 0 : 1) + (y < 32 ? 0 : 2);
      data.set(patches[patch] as Color, 3 * (y * width + x));
    }
  }
  const image = await new BroadcastImageCodec({ encoding, quality: 95 }).encode({
    type: "image",
    format: "RGB",
    codedWidth: width,
    codedHeight: height,
    data,
    timestamp,
  });
  return { type: "image", encoding, codedWidth: width, codedHeight: height, data: image.data, timestamp };
}

function expectPatches(frame: CapturedFrame, right: number, bottom: number): void {
  for (const [index, color] of patches.entries()) {
    const [x, y] = [index % 2 ? right : 8, index > 1 ? bottom : 8];
    const expected = toYuv(color, { matrix: "smpte170m" });
    for (const [channel, value] of frame.yuvAt(x, y).entries()) {
      expect(Math.abs(value - (expected[channel] as number))).toBeLessThanOrEqual(5);
    }
  }
}

describe("VideoFeed with encoded samples", () => {
  it.each(["jpeg", "png", "webp"] as const)("decodes %s", async (encoding) => {
    await feed.capture(await encodePatches(encoding, 64, 64));
    const [frame] = frames as [CapturedFrame];
    expect([frame.width, frame.height]).toEqual([64, 64]);
    expectPatches(frame, 56, 56);
  });

  it.each(["jpeg", "png", "webp"] as const)("pads %s of an odd size", async (encoding) => {
    await feed.capture(await encodePatches(encoding, 61, 63));
    const [frame] = frames as [CapturedFrame];
    expect([frame.width, frame.height]).toEqual([64, 64]);
    expectPatches(frame, 63, 63);
  });

  it("decodes to the same memory each time", async () => {
    for (const timestamp of [2_000, 3_000])
      await feed.capture(await encodePatches("jpeg", 64, 64, timestamp));
    expect(frames[1]?.memory.buffer).toBe(frames[0]?.memory.buffer);
  });

  it("rejects a truncated image with the codec's error as the cause, and accepts the next one", async () => {
    const sample = await encodePatches("jpeg", 64, 64);
    const broken = { ...sample, data: sample.data.subarray(0, sample.data.byteLength / 2) };
    await expect(feed.capture(broken)).rejects.toMatchObject({
      code: "ERR_LIVEKIT_INVALID_SAMPLE",
      cause: { code: "ERR_IMAGE_UNDECODABLE" },
    });
    expect(frames).toHaveLength(0);
    await feed.capture(sample);
    expectPatches(frames[0] as CapturedFrame, 56, 56);
  });

  it("hands overlapping samples over in the order of the calls", async () => {
    const samples = [
      await encodePatches("png", 64, 64, 10_000),
      patternSample({ format: "BGRA", width: 16, height: 16, timestamp: 20_000 }),
      { ...(await encodePatches("jpeg", 64, 64, 30_000)), data: new Uint8Array(40) },
      await encodePatches("jpeg", 64, 64, 40_000),
      patternSample({ format: "NV12", width: 16, height: 16, timestamp: 50_000 }),
    ];
    const results = await Promise.allSettled(samples.map((sample) => feed.capture(sample)));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(frames.map(({ timestamp }) => timestamp)).toEqual([10_000n, 20_000n, 40_000n, 50_000n]);
  });

  it("does not hand over a sample that is decoded after close()", async () => {
    const captured = feed.capture(await encodePatches("png", 64, 64));
    await feed.close();
    await captured;
    expect(frames).toHaveLength(0);
  });

  it("opens with an encoded sample", async () => {
    const opened = await VideoFeed.open(await encodePatches("webp", 61, 64));
    expect([opened.width, opened.height]).toEqual([64, 64]);
    expectPatches(frames[0] as CapturedFrame, 63, 56);
    await opened.close();
  });
});
