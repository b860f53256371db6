import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { withoutMatrix } from "../sample/color-space.ts";
import type { RawImageMetadata } from "../sample/image-metadata.ts";
import type { PlaneLayout } from "../sample/image-sample.ts";
import {
  bytesPerPixel,
  isYuvFormat,
  type PixelFormat,
  type RgbFormat,
  type YuvFormat,
} from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf, yuvPlanes } from "../sample/planes.ts";
import { pixelKernels, pixelOrder, windowAt, windowPixels } from "./pixel-kernels.ts";
import { rgbToYuv } from "./rgb-to-yuv.ts";
import { yuvToRgb } from "./yuv-to-rgb.ts";

/**
 * Converts an image to any format, or packs it tightly if the format is the same. The data must hold every row.
 * The result fills the memory that `allocate` returns. By default, it fills a new ArrayBuffer.
 */
export function convertImage(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: PixelFormat,
  allocate: Allocate = allocateExactBytes,
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

/** Returns the metadata of an image after {@link convertImage}. */
export function convertedMetadata(metadata: RawImageMetadata, format: PixelFormat): RawImageMetadata {
  const { layout, colorSpace = {}, ...rest } = metadata;
  const changesFamily = isYuvFormat(metadata.format) !== isYuvFormat(format);
  const kept = changesFamily ? withoutMatrix(colorSpace) : colorSpace;
  return { ...rest, format, ...(Object.keys(kept).length > 0 && { colorSpace: kept }) };
}

/** Converts between I420 and NV12, or packs the planes if the format is the same. The values do not change. */
function repackYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate,
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

/** Converts a run of pixels. Both arrays hold the same number of pixels without gaps. */
type ConvertRun = (source: Uint8Array, target: Uint8Array) => void;

/**
 * Converts an RGB image to another RGB format, or packs it tightly if the format is the same.
 * A missing alpha becomes 255. An alpha that the target format lacks is removed without blending.
 */
function convertRgb(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate,
): Uint8Array {
  const [{ offset, stride, rowBytes }] = planesOf(geometry);
  const { codedWidth, codedHeight } = geometry;
  // Rows without gaps are converted as one long row.
  const runs = stride === rowBytes ? 1 : codedHeight;
  const pixels = (codedWidth * codedHeight) / runs;
  const sourceBytes = pixels * bytesPerPixel[geometry.format];
  const targetBytes = pixels * bytesPerPixel[format];

  // Calls `allocate` before the kernels' tables are written, because `allocate` may convert another image.
  const result = allocate(runs * targetBytes);
  const convert = converter(geometry.format, format);
  for (let run = 0; run < runs; run++) {
    const start = offset + run * stride;
    const source = data.subarray(start, start + sourceBytes);
    convert(source, result.subarray(run * targetBytes, (run + 1) * targetBytes));
  }
  return result;
}

function converter(from: string, to: RgbFormat): ConvertRun {
  if (from === to) return (source, target) => target.set(source);
  const { bytes, swizzle } = pixelKernels();
  const [sourceStep, targetStep] = [from.length, to.length];
  // The source channel of each byte of a target pixel. Alpha and X become 255 if the source has no alpha.
  const channels = [...to].map((letter) => {
    const index = from.indexOf(letter.replace("X", "A"));
    return index < 0 ? undefined : index;
  });
  const [windowFrom, windowTo] = [windowAt(0), windowAt(1)];
  bytes.set(pixelOrder(channels, (pixel, channel) => pixel * sourceStep + channel));
  return (source, target) => {
    const pixels = source.length / sourceStep;
    for (let start = 0; start < pixels; start += windowPixels) {
      const end = Math.min(start + windowPixels, pixels);
      const count = end - start;
      bytes.set(source.subarray(start * sourceStep, end * sourceStep), windowFrom);
      swizzle(windowFrom, windowFrom + count * sourceStep, 4 * sourceStep, windowTo, 4 * targetStep);
      target.set(bytes.subarray(windowTo, windowTo + count * targetStep), start * targetStep);
    }
  };
}
