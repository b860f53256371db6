/**
 * Formats that store all channels of a pixel side by side, one byte each. `X` is an unused byte. WebCodecs has no `RGB`
 * (3 bytes); this package adds it.
 */
export type RgbFormat = "RGBA" | "BGRA" | "RGBX" | "BGRX" | "RGB";

/**
 * Formats with a luma plane, and chroma at half its width and height, rounded up. `I420` has separate planes of U and V.
 * `NV12` has one plane with U and V interleaved.
 */
export type YuvFormat = "I420" | "NV12";

/** Memory layout of an uncompressed image. The names are those of WebCodecs' `VideoPixelFormat`. */
export type PixelFormat = RgbFormat | YuvFormat;

/** Bytes per pixel in each format, over all planes. */
export const bytesPerPixel: Readonly<Record<PixelFormat, number>> = {
  RGBA: 4,
  BGRA: 4,
  RGBX: 4,
  BGRX: 4,
  RGB: 3,
  I420: 1.5,
  NV12: 1.5,
};

/** All formats that this version supports. */
export const pixelFormats: readonly PixelFormat[] = Object.keys(bytesPerPixel) as PixelFormat[];

/** Whether a format has luma and chroma instead of red, green and blue. */
export function isYuvFormat(format: PixelFormat): format is YuvFormat {
  return format === "I420" || format === "NV12";
}
