import { describe, expect, test } from "vitest";
import { canvasFor } from "../src/canvas.ts";
import { encoderArguments } from "../src/encoder-arguments.ts";
import { type RecorderOptions, recorderSettings } from "../src/recorder-options.ts";

describe("recorderSettings", () => {
  test.each([
    ["x.mp4", "h264", "aac"],
    ["x.WEBM", "vp9", "opus"],
  ])("chooses the codecs for %s", (path, video, audio) => {
    const settings = recorderSettings(path, {});
    expect([settings.video.codec, settings.audio?.codec]).toEqual([video, audio]);
    expect(settings).toMatchObject({ overwrite: false, audio: { bitrate: 128_000 } });
  });

  test("resolves the path, because the working directory may change", () => {
    expect(recorderSettings("x.mp4", {}).path).toBe(`${process.cwd()}/x.mp4`);
  });

  test.each<[string, string, object]>([
    ["x.avi", "path", {}],
    ["mp4", "path", {}],
    ["x.mp4", "video.codec must be h264 in .mp4", { video: { codec: "vp9" } }],
    ["x.webm", "video.codec must be vp9 or vp8 in .webm", { video: { codec: "h264" } }],
    ["x.webm", "audio.codec must be opus in .webm", { audio: { codec: "aac" } }],
    ["x.mp4", "video.bitrate", { video: { bitrate: 0 } }],
    ["x.mp4", "audio.bitrate", { audio: { bitrate: Number.NaN } }],
    ["x.mp4", "video.size", { video: { size: "huge" } }],
    ["x.mp4", "video.size", { video: { size: null } }],
    ["x.mp4", "video.size.width", { video: { size: { width: 2, height: 100 } } }],
    ["x.mp4", "video.size.height", { video: { size: { width: 100, height: 100.5 } } }],
    ["x.mp4", "overwrite", { overwrite: "yes" }],
    ["x.mp4", "signal", { signal: {} }],
    ["x.mp4", "onProgress", { onProgress: true }],
    ["x.mp4", 'unknown option "overWrite", did you mean "overwrite"?', { overWrite: true }],
    ["x.mp4", 'unknown option "sinal", did you mean "signal"?', { sinal: undefined }],
    ["x.mp4", 'unknown option "video.bitRate", did you mean "video.bitrate"?', { video: { bitRate: 1e6 } }],
    ["x.mp4", 'unknown option "audio.rate", known options:', { audio: { rate: 64_000 } }],
  ])("rejects an option for %s with a RangeError about %s", (path, text, options) => {
    const settings = () => recorderSettings(path, options as RecorderOptions);
    expect(settings).toThrow(RangeError);
    expect(settings).toThrow(text);
  });
});

describe("canvasFor", () => {
  test.each([
    ["the size of the frame", [640, 360], [640, 360]],
    ["even sides", [321, 179], [322, 180]],
    ["at least 16 pixels", [2, 2], [16, 16]],
    ["at least 16 pixels, in the same aspect ratio", [4, 8], [16, 32]],
    ["at most 16382 pixels", [1, 16_384], [16, 16_382]],
  ] as const)("returns %s", (_, [width, height], [canvasWidth, canvasHeight]) => {
    expect(canvasFor({ width, height })).toEqual({ width: canvasWidth, height: canvasHeight });
  });
});

test("encoderArguments() uses the bit rates", () => {
  const video = { codec: "vp8", bitrate: 2_000_000 } as const;
  const settings = recorderSettings("/x.webm", { video, audio: { bitrate: 64_000 } });
  const canvas = { width: 640, height: 360 };
  const order = { settings, path: settings.path, canvas, keepTimes: [] };
  const text = encoderArguments(order, "bmp").join(" ");
  expect(text).toContain("-c:v libvpx ");
  expect(text).toContain("-b:v 2000000 ");
  expect(text).toContain("-c:a libopus -b:a 64000 ");
  expect(text).toMatch(/-y file:\/x\.webm$/);
});
