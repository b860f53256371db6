import { ImageCodecError, type ImageSample } from "@broadcast-ipc/image-codec";

const fileHeader = 14;
const infoHeader = 40;
const masks = 12;
const headerLength = fileHeader + infoHeader + masks;

/**
 * Maximum length of a bitmap. ffmpeg ends the whole recording at a Matroska block of more than 2^28 bytes. A block has
 * four bytes before its data. 8K needs half of it.
 */
const maxLength = 2 ** 28 - 4;
const maxPixels = Math.floor((maxLength - headerLength) / 4);

/** Bit masks of the red, green and blue channels in a little-endian pixel. */
const channelMasks = {
  RGBA: [0x000000ff, 0x0000ff00, 0x00ff0000],
  RGBX: [0x000000ff, 0x0000ff00, 0x00ff0000],
  BGRA: [0x00ff0000, 0x0000ff00, 0x000000ff],
  BGRX: [0x00ff0000, 0x0000ff00, 0x000000ff],
} as const;

/** Pixel formats that a bitmap can store without conversion. */
export type BitmapFormat = keyof typeof channelMasks;

/** Whether {@link bitmapHeader} supports the format. */
export function isBitmapFormat(format: ImageSample["format"]): format is BitmapFormat {
  return Object.hasOwn(channelMasks, format);
}

/** Throws `ERR_IMAGE_ENCODE_FAILED` if ffmpeg cannot read a bitmap of this size. */
export function requireBitmapSize(width: number, height: number): void {
  if (width * height <= maxPixels) return;
  throw new ImageCodecError(
    "ERR_IMAGE_ENCODE_FAILED",
    `A frame must have at most ${maxPixels} pixels to be recorded as a bitmap, got ${width}x${height}`,
  );
}

/** Returns the BMP header (BITMAPINFOHEADER, BI_BITFIELDS) for tightly packed pixels, top row first. */
export function bitmapHeader(format: BitmapFormat, width: number, height: number): Uint8Array {
  const byteLength = width * height * 4;
  const header = Buffer.alloc(headerLength);
  header.write("BM", "latin1");
  header.writeUInt32LE(headerLength + byteLength, 2);
  header.writeUInt32LE(headerLength, 10);
  header.writeUInt32LE(infoHeader, 14);
  header.writeInt32LE(width, 18);
  // A negative height means that the top row comes first.
  header.writeInt32LE(-height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(32, 28);
  header.writeUInt32LE(3, 30);
  header.writeUInt32LE(byteLength, 34);
  channelMasks[format].forEach((mask, index) => {
    header.writeUInt32LE(mask, fileHeader + infoHeader + index * 4);
  });
  return header;
}
