import { expect, test } from "vitest";
import { FfmpegProgress } from "../src/ffmpeg-progress.ts";

test("reads values across pieces, and reports whether they have changed", () => {
  const progress = new FfmpegProgress();
  expect(progress.frames).toBeUndefined();
  expect(progress.read("frame=1")).toBe(false);
  expect(progress.read("2\nfps=0.0\ntotal_size=N/A\n")).toBe(true);
  expect([progress.frames, progress.bytes]).toEqual([12, 0]);
  expect(progress.read("frame=12\ntotal_size=  48\n")).toBe(true);
  expect(progress.read("frame=12\ntotal_size=48\nprogress=continue\n")).toBe(false);
  expect(progress.read("out_time=00:00:01.000000\n")).toBe(true);
  expect([progress.frames, progress.bytes]).toEqual([12, 48]);
});
