import type { DeltaImageMetadata, RawImageMetadata } from "@broadcast-ipc/image-codec";
import type { FrameMessage } from "./page-messages.ts";
import { toRgba } from "./to-rgba.ts";

/** Decoded pixels and their position in the frame. */
export interface FramePiece {
  readonly source: ImageBitmap | ImageData | VideoFrame;
  readonly x: number;
  readonly y: number;
}

/**
 * Decodes a frame. Resolves with one piece for each region of a delta, otherwise with one piece for the whole frame.
 * Rejects if the data does not match the message.
 */
export async function decodeFrame(message: FrameMessage, data: ArrayBuffer): Promise<FramePiece[]> {
  if ("delta" in message) return decodeRegions(message, data);
  return [{ source: await decodeWhole(message, data), x: 0, y: 0 }];
}

/** Decodes the regions of a delta in parallel. Each region is a JPEG. */
function decodeRegions({ delta }: DeltaImageMetadata, data: ArrayBuffer): Promise<FramePiece[]> {
  if (delta.coding !== "jpeg") throw new Error(`regions must be coded as jpeg, got ${delta.coding}`);
  let end = 0;
  const parts = delta.regions.map(async ({ x, y, width, height, bytes }) => {
    end += bytes;
    const source = await decodeCompressed(data.slice(end - bytes, end), "jpeg");
    if (source.width === width && source.height === height) return { source, x, y };
    throw new Error(`a region of ${width} x ${height} has ${source.width} x ${source.height} pixels`);
  });
  return Promise.all(parts);
}

/**
 * Decodes a whole frame. Unrotated RGB becomes ImageData, which is several times faster than a bitmap or a VideoFrame.
 * ImageData cannot be drawn rotated.
 */
async function decodeWhole(
  message: Exclude<FrameMessage, { readonly encoding: "delta" }>,
  data: ArrayBuffer,
): Promise<FramePiece["source"]> {
  if ("encoding" in message) return decodeCompressed(data, message.encoding);
  if (message.format === "I420" || message.format === "NV12") return toVideoFrame(message, data);
  const pixels = toRgba(message, data);
  return message.rotation ? createImageBitmap(pixels) : pixels;
}

function decodeCompressed(data: ArrayBuffer, encoding: string): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([data], { type: `image/${encoding}` }), { imageOrientation: "none" });
}

/** Wraps I420 or NV12 data in a VideoFrame. The browser converts the colours when the frame is drawn. */
function toVideoFrame(frame: RawImageMetadata, data: ArrayBuffer): VideoFrame {
  const { format, codedWidth, codedHeight, timestamp, layout, colorSpace } = frame;
  const bt709 = { matrix: "bt709", primaries: "bt709", transfer: "bt709", fullRange: false } as const;
  return new VideoFrame(data, {
    format: format as "I420" | "NV12",
    codedWidth,
    codedHeight,
    timestamp,
    ...(layout && { layout: [...layout] }),
    colorSpace: { ...bt709, ...(colorSpace as VideoColorSpaceInit) },
  });
}
