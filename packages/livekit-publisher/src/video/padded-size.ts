import type { CheckedImageSample } from "@broadcast-ipc/image-codec";
import { LiveKitPublisherError } from "../livekit-publisher-error.ts";

/** Size of a video frame in pixels. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The library crops both sides of a frame to a multiple of this number. */
export const alignment = 4;

/** Maximum width and height in pixels: the largest that H.264, VP9 or AV1 allow. VP8 allows 16383. */
const maxSide = 16_384;

/**
 * Returns the size of a frame after it has been padded to a multiple of four pixels. Throws
 * `ERR_LIVEKIT_INVALID_SAMPLE` if a side exceeds 16384 pixels.
 *
 * The library crops other sizes once the track is published: 1366x768 loses its first and its last column. A side of
 * fewer than four pixels aborts the process.
 */
export function paddedSize({ codedWidth, codedHeight }: CheckedImageSample): FrameSize {
  if (codedWidth <= maxSide && codedHeight <= maxSide) {
    return { width: padded(codedWidth), height: padded(codedHeight) };
  }
  throw new LiveKitPublisherError(
    "ERR_LIVEKIT_INVALID_SAMPLE",
    `A video frame must have at most ${maxSide}x${maxSide} pixels, got ${codedWidth}x${codedHeight}`,
  );
}

function padded(side: number): number {
  return Math.ceil(side / alignment) * alignment;
}
