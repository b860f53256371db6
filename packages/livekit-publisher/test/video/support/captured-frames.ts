import { VideoBufferType, type VideoFrame, type VideoRotation, VideoSource } from "@livekit/rtc-node";
import { vi } from "vitest";
import { type Color, toYuv } from "./samples.ts";

/** What native code received in one call of `captureFrame`. */
export interface CapturedFrame {
  readonly width: number;
  readonly height: number;
  readonly type: VideoBufferType;
  readonly timestamp: bigint;
  readonly rotation: VideoRotation;
  /** The memory that native code read. */
  readonly memory: Uint8Array;
  /** Luma and chroma of a pixel after the conversion by native code. */
  yuvAt(x: number, y: number): Color;
}

/** Records all calls of `captureFrame`, and lets the library handle them. */
export function captureFrames(): CapturedFrame[] {
  const frames: CapturedFrame[] = [];
  const captureFrame = VideoSource.prototype.captureFrame;
  vi.spyOn(VideoSource.prototype, "captureFrame").mockImplementation(function (
    this: VideoSource,
    ...[frame, timestamp = 0n, rotation = 0]
  ) {
    frames.push(captured(frame, timestamp, rotation));
    captureFrame.call(this, frame, timestamp, rotation);
  });
  return frames;
}

/** Returns the greatest difference of luma or chroma between a frame and the expected colours in BT.601, limited range. */
export function maxError(frame: CapturedFrame, colorAt: (x: number, y: number) => Color): number {
  let error = 0;
  for (let y = 0; y < frame.height; y++) {
    for (let x = 0; x < frame.width; x++) {
      const expected = toYuv(colorAt(x, y), { matrix: "smpte170m" });
      for (const [channel, value] of frame.yuvAt(x, y).entries()) {
        error = Math.max(error, Math.abs(value - (expected[channel] as number)));
      }
    }
  }
  return error;
}

function captured(frame: VideoFrame, timestamp: bigint, rotation: VideoRotation): CapturedFrame {
  const { width, height, type, data } = frame;
  // Native code reads the pixels through the same pointer as captureFrame does.
  const { data: yuv } = frame.convert(VideoBufferType.I420);
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  return {
    width,
    height,
    type,
    timestamp,
    rotation,
    memory: data,
    yuvAt(x, y) {
      const chroma = width * height + (y >> 1) * columns + (x >> 1);
      return [yuv[y * width + x], yuv[chroma], yuv[chroma + columns * rows]] as unknown as Color;
    },
  };
}
