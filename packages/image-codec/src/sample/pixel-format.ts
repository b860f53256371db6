import * as v from "valibot";

/**
 * Formats with all of a pixel's channels side by side, byte by byte.
 * `X` is a byte that carries nothing. `RGB` (3 bytes) is an addition of ours: WebCodecs has no such format.
 */
export type RgbFormat = "RGBA" | "BGRA" | "RGBX" | "BGRX" | "RGB";

/**
 * Formats with a plane of luma and chroma of half its width and height, rounded up.
 * `I420` has a plane of U and one of V, `NV12` has one plane of U and V in turn.
 */
export type YuvFormat = "I420" | "NV12";

/** Layout of an uncompressed picture in memory, in WebCodecs' `VideoPixelFormat` words. */
export type PixelFormat = RgbFormat | YuvFormat;

/** Bytes of one pixel in each format, over all planes. */
export const bytesPerPixel: Readonly<Record<PixelFormat, number>> = {
  RGBA: 4,
  BGRA: 4,
  RGBX: 4,
  BGRX: 4,
  RGB: 3,
  I420: 1.5,
  NV12: 1.5,
};

/** Every format that this version knows. */
export const pixelFormats: readonly PixelFormat[] = Object.keys(bytesPerPixel) as PixelFormat[];

/** Whether a format has luma and chroma instead of red, green and blue. */
export function isYuvFormat(format: PixelFormat): format is YuvFormat {
  return format === "I420" || format === "NV12";
}

/** A pixel format that this version knows. */
export const pixelFormatSchema: v.GenericSchema<unknown, PixelFormat> = v.picklist(pixelFormats);
