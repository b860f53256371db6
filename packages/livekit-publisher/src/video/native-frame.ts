import type { PixelFormat } from "@broadcast-ipc/image-codec";
import { VideoBufferType, VideoFrame } from "@livekit/rtc-node";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";
import { alignment, type FrameSize } from "./padded-size.ts";
import { tightLength } from "./tight-pixels.ts";

/** The library's types name the bytes in memory order. The library ignores the fourth byte. */
const types: Readonly<Record<PixelFormat, VideoBufferType>> = {
  RGBA: VideoBufferType.RGBA,
  RGBX: VideoBufferType.RGBA,
  BGRA: VideoBufferType.BGRA,
  BGRX: VideoBufferType.BGRA,
  RGB: VideoBufferType.RGB24,
  I420: VideoBufferType.I420,
  NV12: VideoBufferType.NV12,
};

/**
 * Returns the frame that native code reads through a pointer. `data` must have exactly the length of the tightly packed
 * pixels and start its ArrayBuffer. Throws `ERR_LIVEKIT_INVALID_SAMPLE` otherwise, because the library checks nothing
 * and would read other memory or crash.
 */
export function nativeFrame(format: PixelFormat, size: FrameSize, data: Uint8Array): VideoFrame {
  const { width, height } = size;
  const needed = tightLength(format, size);
  const isAligned = width > 0 && height > 0 && width % alignment === 0 && height % alignment === 0;
  if (isAligned && data.byteOffset === 0 && data.byteLength === needed) {
    return new VideoFrame(data, width, height, types[format]);
  }
  throw new LiveKitPublisherError(
    "ERR_LIVEKIT_INVALID_SAMPLE",
    `A ${width}x${height} ${format} frame must have sides that are multiples of ${alignment} and ${needed} bytes at offset 0, ` +
      `got ${data.byteLength} bytes at offset ${data.byteOffset}`,
  );
}
