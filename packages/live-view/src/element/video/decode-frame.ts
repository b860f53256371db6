import type {
  DeltaImageMetadata,
  ImageColorSpace,
  PixelFormat,
  PlaneLayout,
} from "@broadcast-ipc/image-codec";
import type { FrameMessage } from "../../wire/view-messages.ts";
import { hideExif } from "./hide-exif.ts";
import { toRgba } from "./to-rgba.ts";

/** Decoded pixels and their position in the frame. */
export interface FramePiece {
  readonly source: ImageBitmap | ImageData | VideoFrame;
  readonly x: number;
  readonly y: number;
}

/** Uncompressed pixels of a frame or of a region. */
interface RawPixels {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly layout?: readonly PlaneLayout[] | undefined;
  readonly colorSpace?: ImageColorSpace | undefined;
  readonly data: ArrayBuffer;
  /** ImageData cannot be drawn rotated. */
  readonly isRotated: boolean;
}

/**
 * Decodes a frame. Resolves with one piece for each region of a delta, otherwise with one piece for the whole frame.
 * Rejects if the data does not match the message.
 */
export async function decodeFrame(message: FrameMessage, data: ArrayBuffer): Promise<FramePiece[]> {
  if ("delta" in message) return decodeRegions(message, data);
  if ("encoding" in message) return [{ source: await decodeCompressed(data, message.encoding), x: 0, y: 0 }];
  const { format, codedWidth: width, codedHeight: height, layout, colorSpace, rotation } = message;
  const isRotated = Boolean(rotation);
  const source = await wrapRaw({ format, width, height, layout, colorSpace, data, isRotated });
  return [{ source, x: 0, y: 0 }];
}

/** Decodes the regions of a delta in parallel. */
function decodeRegions(message: DeltaImageMetadata, data: ArrayBuffer): Promise<FramePiece[]> {
  const { delta, format, colorSpace, rotation } = message;
  let end = 0;
  const parts = delta.regions.map(async ({ x, y, width, height, bytes }) => {
    end += bytes;
    const coded = data.slice(end - bytes, end);
    if (delta.coding === "deflate" && format !== undefined) {
      const pixels = await inflate(coded);
      const isRotated = Boolean(rotation);
      return { source: await wrapRaw({ format, width, height, colorSpace, data: pixels, isRotated }), x, y };
    }
    const source = await decodeCompressed(coded, "jpeg");
    if (source.width === width && source.height === height) return { source, x, y };
    throw new Error(`a region of ${width} x ${height} has ${source.width} x ${source.height} pixels`);
  });
  return Promise.all(parts);
}

/** Wraps raw pixels. Unrotated RGB becomes ImageData, which is several times faster than a bitmap or a VideoFrame. */
async function wrapRaw(pixels: RawPixels): Promise<FramePiece["source"]> {
  const { format, width, height, data, isRotated } = pixels;
  if (format === "I420" || format === "NV12") return toVideoFrame(pixels, format);
  const image = new ImageData(toRgba({ ...pixels, data: new Uint8Array(data) }), width, height);
  return isRotated ? createImageBitmap(image) : image;
}

function decodeCompressed(data: ArrayBuffer, encoding: string): Promise<ImageBitmap> {
  // The metadata states the rotation.
  if (encoding === "jpeg") hideExif(data);
  return createImageBitmap(new Blob([data], { type: `image/${encoding}` }));
}

/** Wraps I420 or NV12 data in a VideoFrame. The browser converts the colours when the frame is drawn. */
function toVideoFrame(pixels: RawPixels, format: "I420" | "NV12"): VideoFrame {
  const { width, height, layout, colorSpace, data } = pixels;
  const bt709 = { matrix: "bt709", primaries: "bt709", transfer: "bt709", fullRange: false } as const;
  return new VideoFrame(data, {
    format,
    codedWidth: width,
    codedHeight: height,
    timestamp: 0,
    ...(layout && { layout: [...layout] }),
    colorSpace: { ...bt709, ...(colorSpace as VideoColorSpaceInit) },
  });
}

/** Decompresses a zlib stream (RFC 1950). */
function inflate(data: ArrayBuffer): Promise<ArrayBuffer> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
