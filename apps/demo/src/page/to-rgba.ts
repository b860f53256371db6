import type { RawImageMetadata } from "@broadcast-ipc/image-codec";

/** Converts raw pixels to tightly packed RGBA. Tightly packed pixels of four bytes are converted in place. */
export function toRgba(frame: RawImageMetadata, data: ArrayBuffer): ImageData {
  const { codedWidth: width, codedHeight: height, format } = frame;
  const rows = packRows(frame, new Uint8Array(data));
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
  return new ImageData(
    new Uint8ClampedArray(bytes.buffer, bytes.byteOffset, width * height * 4),
    width,
    height,
  );
}

function packRows(
  { codedWidth, codedHeight, format, layout }: RawImageMetadata,
  data: Uint8Array<ArrayBuffer>,
): typeof data {
  const bytesOfRow = codedWidth * format.length;
  const { offset, stride } = layout?.[0] ?? { offset: 0, stride: bytesOfRow };
  if (offset === 0 && stride === bytesOfRow) return data;
  const packed = new Uint8Array(bytesOfRow * codedHeight);
  for (let row = 0; row < codedHeight; row++) {
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
