import { expect, test } from "vitest";
import { ffmpegReason } from "../src/ffmpeg-reason.ts";

test.each([
  [
    "av_interleaved_write_frame(): No space left on device\nError writing trailer of file:/x.mp4: No space left on device\nConversion failed!\n",
    "No space left on device",
  ],
  ["file:/x.mp4: Permission denied\n", "Permission denied"],
  ["[out#0 @ 0x55] Unknown encoder 'libx264'\nError opening output files\n", "Unknown encoder 'libx264'"],
  [
    "Something is wrong.\nframe=  10 fps=0.0 q=-1.0 Lsize=  1kB time=00:00:00 bitrate=N/A speed=1x\nvideo:1kB audio:0kB subtitle:0kB\nConversion failed!",
    "Something is wrong",
  ],
  ["[mp4 @ 0x55d] [eq @ 0x1] Could not find tag for codec vp8\n", "Could not find tag for codec vp8"],
])("finds the reason in %j", (log, reason) => {
  expect(ffmpegReason(log)).toBe(reason);
});

test.each(["", "\n", "Conversion failed!\n", "frame=   10 fps=0.0 speed=1x\n"])(
  "returns undefined for %j, which has no reason",
  (log) => {
    expect(ffmpegReason(log)).toBeUndefined();
  },
);
