import type { DeltaImageMetadata, RawImageMetadata } from "@broadcast-ipc/image-codec";
import type { PictureMessage } from "./page-messages.ts";
import { toRgba } from "./to-rgba.ts";

/** Pixels, and where in the picture they belong. */
export interface PicturePiece {
  readonly source: ImageBitmap | ImageData | VideoFrame;
  readonly x: number;
  readonly y: number;
}

/** What a picture is made of: one piece that is all of it, or the regions that changed. Rejects where the data is no such picture. */
export async function decodePicture(message: PictureMessage, data: ArrayBuffer): Promise<PicturePiece[]> {
  if ("delta" in message) return decodeRegions(message, data);
  return [{ source: await decodeWhole(message, data), x: 0, y: 0 }];
}

/** All regions at once: each is a JPEG of its own. */
function decodeRegions({ delta }: DeltaImageMetadata, data: ArrayBuffer): Promise<PicturePiece[]> {
  if (delta.coding !== "jpeg") throw new Error(`regions are coded as ${delta.coding}`);
  let end = 0;
  const parts = delta.regions.map(async ({ x, y, width, height, bytes }) => {
    end += bytes;
    const source = await decodeCompressed(data.slice(end - bytes, end), "jpeg");
    if (source.width === width && source.height === height) return { source, x, y };
    throw new Error(`a region of ${width} x ${height} has ${source.width} x ${source.height} pixels`);
  });
  return Promise.all(parts);
}

/** RGB pixels stay as they are, which is several times faster than a bitmap or a VideoFrame of them; only a bitmap turns. */
async function decodeWhole(
  message: Exclude<PictureMessage, { readonly encoding: "delta" }>,
  data: ArrayBuffer,
): Promise<PicturePiece["source"]> {
  if ("encoding" in message) return decodeCompressed(data, message.encoding);
  if (message.format === "I420" || message.format === "NV12") return toVideoFrame(message, data);
  const pixels = toRgba(message, data);
  return message.rotation ? createImageBitmap(pixels) : pixels;
}

function decodeCompressed(data: ArrayBuffer, encoding: string): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([data], { type: `image/${encoding}` }), { imageOrientation: "none" });
}

/** The browser knows how to make colours of these. */
function toVideoFrame(picture: RawImageMetadata, data: ArrayBuffer): VideoFrame {
  const { format, codedWidth, codedHeight, timestamp, layout, colorSpace } = picture;
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
