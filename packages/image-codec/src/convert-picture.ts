import type { Allocate } from "./allocate.ts";
import { type ImageColorSpace, withoutMatrix } from "./color-space.ts";
import { convertPixels } from "./convert-pixels.ts";
import type { RawImageMetadata } from "./image-metadata.ts";
import type { PixelGeometry } from "./picture-planes.ts";
import { isYuvFormat, type PixelFormat } from "./pixel-format.ts";
import { repackYuv } from "./repack-yuv.ts";
import { rgbToYuv } from "./rgb-to-yuv.ts";
import { yuvToRgb } from "./yuv-to-rgb.ts";

/** The picture in any format, tightly packed in what `allocate` gives, or else in new memory, at offset 0. The data must hold every row. */
export function convertPicture(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: PixelFormat,
  allocate?: Allocate,
): Uint8Array {
  if (isYuvFormat(geometry.format)) {
    return isYuvFormat(format)
      ? repackYuv(data, geometry, format, allocate)
      : yuvToRgb(data, geometry, format, allocate);
  }
  return isYuvFormat(format)
    ? rgbToYuv(data, geometry, format, allocate)
    : convertPixels(data, geometry, format, allocate);
}

/** The metadata of what {@link convertPicture} gives. */
export function convertedMetadata(metadata: RawImageMetadata, format: PixelFormat): RawImageMetadata {
  const { layout, colorSpace, ...rest } = metadata;
  const changesFamily = isYuvFormat(metadata.format) !== isYuvFormat(format);
  const kept: ImageColorSpace = changesFamily ? withoutMatrix(colorSpace ?? {}) : (colorSpace ?? {});
  return { ...rest, format, ...(Object.keys(kept).length > 0 && { colorSpace: kept }) };
}
