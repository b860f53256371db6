import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { type ImageColorSpace, withoutMatrix } from "../sample/color-space.ts";
import type { RawImageMetadata } from "../sample/image-metadata.ts";
import type { PlaneLayout } from "../sample/image-sample.ts";
import { isYuvFormat, type PixelFormat, type YuvFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, yuvPlanes } from "../sample/planes.ts";
import { convertRgb } from "./convert-rgb.ts";
import { rgbToYuv } from "./rgb-to-yuv.ts";
import { yuvToRgb } from "./yuv-to-rgb.ts";

/** The picture in any format, tightly packed in what `allocate` gives, or else in new memory, at offset 0. The data must hold every row. */
export function convertImage(
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
    : convertRgb(data, geometry, format, allocate);
}

/** The metadata of what {@link convertImage} gives. */
export function convertedMetadata(metadata: RawImageMetadata, format: PixelFormat): RawImageMetadata {
  const { layout, colorSpace, ...rest } = metadata;
  const changesFamily = isYuvFormat(metadata.format) !== isYuvFormat(format);
  const kept: ImageColorSpace = changesFamily ? withoutMatrix(colorSpace ?? {}) : (colorSpace ?? {});
  return { ...rest, format, ...(Object.keys(kept).length > 0 && { colorSpace: kept }) };
}

/** I420 or NV12 as the other one (or the same), tightly packed in memory of its own, at offset 0; no byte's value changes. */
function repackYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const from = yuvPlanes(geometry);
  const to = yuvPlanes({ format, codedWidth, codedHeight });
  const result = allocate(to.end);

  for (let row = 0; row < codedHeight; row++) {
    const start = from.y.offset + row * from.y.stride;
    result.set(data.subarray(start, start + codedWidth), to.y.offset + row * to.y.stride);
  }
  const columns = Math.ceil(codedWidth / 2);
  const copyChroma = (source: PlaneLayout, target: PlaneLayout): void => {
    for (let row = 0; row < Math.ceil(codedHeight / 2); row++) {
      let read = source.offset + row * source.stride;
      let write = target.offset + row * target.stride;
      for (let column = 0; column < columns; column++) {
        result[write] = data[read] as number;
        read += from.chromaStep;
        write += to.chromaStep;
      }
    }
  };
  copyChroma(from.u, to.u);
  copyChroma(from.v, to.v);
  return result;
}
