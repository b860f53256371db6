import type { DeltaImageMetadata, RawImageMetadata } from "@broadcast-ipc/image-codec";
import type { FrameMessage } from "./page-messages.ts";
import { toRgba } from "./to-rgba.ts";

/** Decoded pixels and their position in the frame. */
export interface FramePiece {
  readonly source: ImageBitmap | ImageData | VideoFrame;
  readonly x: number;
  readonly y: number;
}

/** Decodes a frame into one piece for the whole frame, or one for each changed region. Rejects if the data does not match. */
export async function decodeFrame(message: FrameMessage, data: ArrayBuffer): Promise<FramePiece[]> {
  if ("delta" in message) return decodeRegions(message, data);
  return [{ source: await decodeWhole(message, data), x: 0, y: 0 }];
}

/** Decodes all regions in parallel; each one is a JPEG. */
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

/** Unrotated RGB becomes ImageData, several times faster than a bitmap or a VideoFrame; only a bitmap can be rotated. */
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

/** The browser converts the colours of these formats. */
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
