import type { PixelFormat, PlaneLayout } from "@broadcast-ipc/image-codec";

/** Pixels of a format with one plane. */
export interface PackedPixels {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly layout?: readonly PlaneLayout[] | undefined;
  readonly data: Uint8Array<ArrayBuffer>;
}

/**
 * Converts pixels of an RGB format to tightly packed RGBA. Tightly packed pixels of four bytes are converted in place.
 * Throws if the data is too short.
 */
export function toRgba(pixels: PackedPixels): Uint8ClampedArray<ArrayBuffer> {
  const { width, height, format } = pixels;
  const rows = packRows(pixels);
  const bytes = format === "RGB" ? widen(rows, width * height) : rows;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, width * height);
  const opaque = format.endsWith("X") ? 0xff000000 : 0;
  if (format.startsWith("B")) {
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? 0;
      words[at] = (word & 0xff00ff00) | ((word & 0xff) << 16) | ((word >>> 16) & 0xff) | opaque;
    }
  } else if (opaque !== 0) {
    for (let at = 0; at < words.length; at++) words[at] = (words[at] ?? 0) | opaque;
  }
  return new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, width * height * 4);
}

function packRows({ width, height, format, layout, data }: PackedPixels): Uint8Array<ArrayBuffer> {
  const bytesOfRow = width * format.length;
  const { offset, stride } = layout?.[0] ?? { offset: 0, stride: bytesOfRow };
  const needed = offset + stride * (height - 1) + bytesOfRow;
  if (data.byteLength < needed) {
    throw new Error(
      `a ${width} x ${height} ${format} frame must have ${needed} bytes, got ${data.byteLength}`,
    );
  }
  if (offset === 0 && stride === bytesOfRow) return data;
  const packed = new Uint8Array(bytesOfRow * height);
  for (let row = 0; row < height; row++) {
    const start = offset + row * stride;
    packed.set(data.subarray(start, start + bytesOfRow), row * bytesOfRow);
  }
  return packed;
}

function widen(rgb: Uint8Array, pixels: number): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(pixels * 4).fill(255);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = rgb[from] ?? 0;
    rgba[to + 1] = rgb[from + 1] ?? 0;
    rgba[to + 2] = rgb[from + 2] ?? 0;
  }
  return rgba;
}
