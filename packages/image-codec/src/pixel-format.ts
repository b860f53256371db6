/**
 * Layout of one uncompressed pixel in memory, byte by byte, in WebCodecs' `VideoPixelFormat` words.
 * `X` is a byte that carries nothing. `RGB` (3 bytes) is an addition of ours: WebCodecs has no such format.
 */
export type PixelFormat = "RGBA" | "BGRA" | "RGBX" | "BGRX" | "RGB";

/** Bytes of one pixel in each format. */
export const bytesPerPixel: Readonly<Record<PixelFormat, number>> = {
  RGBA: 4,
  BGRA: 4,
  RGBX: 4,
  BGRX: 4,
  RGB: 3,
};

/** Every format that this version knows. */
export const pixelFormats: readonly PixelFormat[] = Object.keys(bytesPerPixel) as PixelFormat[];
