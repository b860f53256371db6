import {
  ImageCodecError,
  type ImageColorSpace,
  pixelFormats,
  type Rotation,
} from "@broadcast-ipc/image-codec";
import { VideoFrame, VideoRotation, VideoSource } from "@livekit/rtc-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VideoFeed, type VideoSample } from "../../src/video/video-feed.ts";
import { type CapturedFrame, captureFrames, maxError } from "./support/captured-frames.ts";
import { patternColor, patternSample, placements } from "./support/samples.ts";

const bt601: ImageColorSpace = { matrix: "smpte170m", fullRange: false };
/** Largest difference that rounding in the library and the codec causes. */
const rounding = 2;

let frames: CapturedFrame[];
const feeds: VideoFeed[] = [];

beforeEach(() => {
  frames = captureFrames();
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const feed of feeds.splice(0)) await feed.close();
});

async function openFeed(
  sample: VideoSample = patternSample({ format: "BGRA", width: 16, height: 16 }),
  now?: () => number,
): Promise<VideoFeed> {
  const feed = await VideoFeed.open(sample, now && { now });
  feeds.push(feed);
  return feed;
}

/** Returns the expected colour at a pixel: the padding repeats the last column and row. */
function paddedColor(width: number, height: number) {
  return (x: number, y: number) => patternColor(Math.min(x, width - 1), Math.min(y, height - 1));
}

describe("VideoFeed", () => {
  describe.each(pixelFormats)("%s", (format) => {
    describe.each(placements)("%s", (placement) => {
      it.each([
        [16, 8],
        [18, 10],
        [13, 7],
        [5, 3],
        [1, 1],
      ])("hands over every pixel of %ix%i", async (width, height) => {
        await openFeed(patternSample({ format, width, height, placement, colorSpace: bt601 }));
        const [frame] = frames as [CapturedFrame];
        expect([frame.width, frame.height]).toEqual([Math.ceil(width / 4) * 4, Math.ceil(height / 4) * 4]);
        expect(frame.memory.byteOffset).toBe(0);
        expect(maxError(frame, paddedColor(width, height))).toBeLessThanOrEqual(rounding);
      });
    });

    it("passes on tight data without a copy", async () => {
      const sample = patternSample({ format, width: 16, height: 8, colorSpace: bt601 });
      await openFeed(sample);
      expect(frames[0]?.memory.buffer).toBe(sample.data.buffer);
    });

    it("passes on data that is longer than the pixels without a copy", async () => {
      const { data, ...sample } = patternSample({ format, width: 16, height: 8, colorSpace: bt601 });
      const longer = new Uint8Array(data.byteLength + 100);
      longer.set(data);
      await openFeed({ ...sample, data: longer });
      expect(frames[0]?.memory.buffer).toBe(longer.buffer);
      expect(frames[0]?.memory.byteLength).toBe(data.byteLength);
    });

    it("copies other data to the same memory for each frame", async () => {
      const sample = patternSample({ format, width: 16, height: 8, placement: "strided", colorSpace: bt601 });
      const feed = await openFeed(sample);
      await feed.capture(sample);
      expect(frames[0]?.memory.buffer).not.toBe(sample.data.buffer);
      expect(frames[1]?.memory.buffer).toBe(frames[0]?.memory.buffer);
    });

    it("copies shared memory", async () => {
      const { data, ...sample } = patternSample({ format, width: 16, height: 8, colorSpace: bt601 });
      const shared = new Uint8Array(new SharedArrayBuffer(data.byteLength));
      shared.set(data);
      await openFeed({ ...sample, data: shared });
      expect(maxError(frames[0] as CapturedFrame, patternColor)).toBeLessThanOrEqual(rounding);
    });
  });

  describe.each(["I420", "NV12"] as const)("%s", (format) => {
    const colorSpaces: [string, ImageColorSpace | undefined][] = [
      ["no colour space", undefined],
      ["BT.709, limited range", { matrix: "bt709", fullRange: false }],
      ["BT.709, full range", { matrix: "bt709", fullRange: true }],
      ["BT.601, full range", { matrix: "smpte170m", fullRange: true }],
      ["BT.601 of PAL, full range", { matrix: "bt470bg", fullRange: true }],
    ];
    describe.each(colorSpaces)("%s", (_, colorSpace) => {
      it.each(placements)("converts %s data to BT.601 in limited range", async (placement) => {
        for (const [width, height] of [
          [16, 8],
          [13, 7],
        ] as const) {
          frames.length = 0;
          const sample = patternSample({
            format,
            width,
            height,
            placement,
            ...(colorSpace && { colorSpace }),
          });
          await openFeed(sample);
          expect(maxError(frames[0] as CapturedFrame, paddedColor(width, height))).toBeLessThanOrEqual(3);
        }
      });
    });

    it.each(["smpte170m", "bt470bg"] as const)("passes on %s in limited range", async (matrix) => {
      const sample = patternSample({ format, width: 16, height: 8, colorSpace: { matrix } });
      await openFeed(sample);
      expect(frames[0]?.memory.buffer).toBe(sample.data.buffer);
    });

    it("hands a frame that is converted to the same memory each time", async () => {
      const sample = patternSample({ format, width: 16, height: 8 });
      const feed = await openFeed(sample);
      await feed.capture(sample);
      expect(frames[1]?.memory.buffer).toBe(frames[0]?.memory.buffer);
    });
  });

  it("hands over a raw sample before capture() returns", async () => {
    const feed = await openFeed();
    const captured = feed.capture(patternSample({ format: "BGRA", width: 16, height: 16 }));
    expect(frames).toHaveLength(2);
    await captured;
  });

  it("keeps the source when the size and the format change", async () => {
    const feed = await openFeed();
    const { source } = feed;
    await feed.capture(patternSample({ format: "NV12", width: 31, height: 9 }));
    await feed.capture(patternSample({ format: "RGB", width: 8, height: 40 }));
    expect(feed.source).toBe(source);
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [16, 16],
      [32, 12],
      [8, 40],
    ]);
  });

  it.each([
    [undefined, VideoRotation.VIDEO_ROTATION_0],
    [0, VideoRotation.VIDEO_ROTATION_0],
    [90, VideoRotation.VIDEO_ROTATION_90],
    [180, VideoRotation.VIDEO_ROTATION_180],
    [270, VideoRotation.VIDEO_ROTATION_270],
  ] as [Rotation | undefined, VideoRotation][])("passes on rotation %s", async (rotation, expected) => {
    const feed = await openFeed({ ...patternSample({ format: "BGRA", width: 30, height: 16 }), rotation });
    expect(frames[0]?.rotation).toBe(expected);
    const isSideways = rotation === 90 || rotation === 270;
    expect([feed.width, feed.height]).toEqual(isSideways ? [16, 32] : [32, 16]);
    expect([feed.source.width, feed.source.height]).toEqual([feed.width, feed.height]);
  });

  it("passes on the sample's timestamp, and gives a repeated frame a later one", async () => {
    let now = 5_000_000;
    const sample = patternSample({ format: "BGRA", width: 16, height: 16, timestamp: 4_990_000 });
    const feed = await openFeed(sample, () => now);
    now += 700_000;
    await feed.capture(sample);
    await feed.capture({ ...sample, timestamp: 5_800_000 });
    expect(frames.map(({ timestamp }) => timestamp)).toEqual([4_990_000n, 5_690_000n, 5_800_000n]);
  });

  it("counts frames, and records no age for repeated frames and for those of another clock", async () => {
    const hour = 3_600_000_000;
    const now = 2 * hour;
    const sample = (timestamp: number) => patternSample({ format: "BGRA", width: 16, height: 16, timestamp });
    const feed = await openFeed(sample(now + 1), () => now);
    await feed.capture(sample(now - hour - 1));
    expect(feed.stats).toEqual({ frames: 2, age: undefined });
    await feed.capture(sample(now - 40_000));
    await feed.capture(sample(now - 40_000));
    await feed.capture(sample(now - 20_000));
    expect(feed.stats.frames).toBe(5);
    expect(feed.stats.age?.max).toBeCloseTo(40, 0);
    expect(feed.stats.age?.p50).toBeCloseTo(20, 0);
  });

  describe("invalid samples", () => {
    const valid = patternSample({ format: "I420", width: 16, height: 8, colorSpace: bt601 });
    const invalid: [string, unknown][] = [
      ["no object", undefined],
      ["a width of 0", { ...valid, codedWidth: 0 }],
      ["a negative height", { ...valid, codedHeight: -4 }],
      ["an unknown format", { ...valid, format: "I444" }],
      ["data that is one byte too short", { ...valid, data: valid.data.subarray(0, -1) }],
      ["a width that is larger than the data", { ...valid, codedWidth: 1920, codedHeight: 1080 }],
      [
        "a plane beyond the end of the data",
        { ...valid, layout: [16, 8, 8].map((stride) => ({ offset: 161, stride })) },
      ],
      [
        "a stride that is shorter than a row",
        { ...valid, layout: [8, 8, 8].map((stride) => ({ offset: 0, stride })) },
      ],
      ["a width over 16384", { ...valid, codedWidth: 16_385, codedHeight: 1, data: new Uint8Array(49_200) }],
      ["a height over 16384", { ...valid, codedWidth: 1, codedHeight: 16_385, data: new Uint8Array(49_200) }],
      ["a rotation of 45 degrees", { ...valid, rotation: 45 }],
      ["an encoded image over 16384", { ...encoded("jpeg", new Uint8Array(9)), codedWidth: 20_000 }],
      ["an encoded image without data", encoded("png", new Uint8Array())],
      ["an encoded image that is broken", encoded("webp", new Uint8Array(50))],
    ];

    it.each(invalid)("rejects %s, and takes the next sample", async (_, sample) => {
      const feed = await openFeed(valid);
      await expect(feed.capture(sample as VideoSample)).rejects.toMatchObject({
        name: "LiveKitPublisherError",
        code: "ERR_LIVEKIT_INVALID_SAMPLE",
      });
      expect(frames).toHaveLength(1);
      await feed.capture(valid);
      expect(frames).toHaveLength(2);
      expect(feed.stats.frames).toBe(2);
    });

    it.each(invalid)("creates no source for %s", async (_, sample) => {
      await expect(VideoFeed.open(sample as VideoSample)).rejects.toMatchObject({
        code: "ERR_LIVEKIT_INVALID_SAMPLE",
      });
      expect(frames).toHaveLength(0);
    });

    it("names the error of the codec as the cause", async () => {
      const feed = await openFeed(valid);
      const error = await feed
        .capture({ ...valid, data: new Uint8Array(3) })
        .catch((reason: unknown) => reason);
      expect((error as Error).cause).toBeInstanceOf(ImageCodecError);
      expect((error as Error).cause).toMatchObject({ code: "ERR_IMAGE_DATA_TOO_SHORT" });
    });

    it("rejects data whose memory was transferred", async () => {
      const feed = await openFeed(valid);
      const { data } = patternSample({ format: "I420", width: 16, height: 8 });
      structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
      await expect(feed.capture({ ...valid, data })).rejects.toMatchObject({
        code: "ERR_LIVEKIT_INVALID_SAMPLE",
      });
    });

    it("rejects a frame that the library refuses, and closes the source of a first frame", async () => {
      vi.mocked(VideoSource.prototype.captureFrame).mockImplementation(() => {
        throw new Error("refused");
      });
      const close = vi.spyOn(VideoSource.prototype, "close");
      await expect(VideoFeed.open(valid)).rejects.toMatchObject({ code: "ERR_LIVEKIT_INVALID_SAMPLE" });
      expect(close).toHaveBeenCalledOnce();
    });
  });

  it("never calls convert() of the library", async () => {
    vi.mocked(VideoSource.prototype.captureFrame).mockRestore();
    const convert = vi.spyOn(VideoFrame.prototype, "convert");
    for (const format of pixelFormats) await openFeed(patternSample({ format, width: 13, height: 7 }));
    expect(convert).not.toHaveBeenCalled();
  });

  it("ignores samples after close()", async () => {
    const feed = await openFeed();
    await feed.close();
    await feed.close();
    await feed.capture(patternSample({ format: "BGRA", width: 16, height: 16 }));
    expect(frames).toHaveLength(1);
  });
});

function encoded(encoding: "jpeg" | "png" | "webp", data: Uint8Array): VideoSample {
  return { type: "image", encoding, codedWidth: 64, codedHeight: 48, data, timestamp: 2_000 };
}
