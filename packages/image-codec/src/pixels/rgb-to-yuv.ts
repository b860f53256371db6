import type { Allocate } from "../memory/allocate.ts";
import { yuvMatrix } from "../sample/color-space.ts";
import { bytesPerPixel, type PixelFormat, type YuvFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf, type YuvPlanes, yuvPlanes } from "../sample/planes.ts";
import { type PixelKernels, pixelKernels, windowAt, windowPixels } from "./pixel-kernels.ts";

/**
 * Offsets of two RGB rows, and of their luma and chroma rows in the result. If the height is odd, `bottom` equals `top`
 * for the last row.
 */
interface RowPair {
  readonly top: number;
  readonly bottom: number;
  readonly yTop: number;
  readonly yBottom: number;
  readonly u: number;
  readonly v: number;
}

interface Conversion {
  readonly data: Uint8Array;
  readonly format: PixelFormat;
  readonly width: number;
  readonly planes: YuvPlanes;
  readonly result: Uint8Array;
}

/**
 * Converts an RGB image to I420 or NV12 in BT.709, limited range, tightly packed.
 * Alpha is ignored. Chroma is computed from the mean of two by two pixels, or of the pixels that exist at an odd edge.
 * Values are computed in single precision and rounded to the nearest integer, ties to even.
 */
export function rgbToYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate,
): Uint8Array {
  const kernels = pixelKernels();
  const { codedWidth, codedHeight } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const planes = yuvPlanes({ format, codedWidth, codedHeight });
  const { y, u, v } = planes;
  const result = allocate(planes.end);
  const convert = rowConverter(kernels, { data, format: geometry.format, width: codedWidth, planes, result });
  for (let row = 0; row < codedHeight; row += 2) {
    const below = Math.min(row + 1, codedHeight - 1);
    convert({
      top: offset + row * stride,
      bottom: offset + below * stride,
      yTop: y.offset + row * y.stride,
      yBottom: y.offset + below * y.stride,
      u: u.offset + (row >> 1) * u.stride,
      v: v.offset + (row >> 1) * v.stride,
    });
  }
  return result;
}

/**
 * Writes the tables of {@link PixelKernels.rgbToLuma} and {@link PixelKernels.rgbToChroma}, and returns the function
 * that converts two rows.
 */
function rowConverter(kernels: PixelKernels, conversion: Conversion): (rows: RowPair) => void {
  const { data, format, width, planes, result } = conversion;
  const { bytes, floats } = kernels;
  const { chromaStep } = planes;
  const step = bytesPerPixel[format];
  bytes.fill(255, 0, 64);
  for (const [index, letter] of ["R", "G", "B"].entries()) {
    for (const pixel of [0, 1, 2, 3]) {
      bytes[16 * index + 4 * pixel] = pixel * step + format.indexOf(letter);
    }
  }
  // The kernel computes two U in bytes 0 and 2, and two V in bytes 4 and 6. NV12 interleaves them, I420 separates them.
  bytes.set(chromaStep === 2 ? [0, 4, 2, 6, 0, 4, 2, 6] : [0, 2, 255, 255, 4, 6], 48);
  const { luma, u: ofU, v: ofV } = weights();
  floats.set([...luma, ...ofU, ...ofV], 64 / 4);

  const [top, bottom, y, u] = [windowAt(0), windowAt(1), windowAt(2), windowAt(3)];
  const v = chromaStep === 2 ? u : windowAt(4);
  const load = (row: number, start: number, end: number, at: number) => {
    const last = at + (end - start) * step;
    bytes.set(data.subarray(row + start * step, row + end * step), at);
    // Repeats the last column, so that the mean of an odd last column is its own colour.
    bytes.copyWithin(last, last - step, last);
  };
  const storeLuma = (from: number, start: number, end: number, to: number) => {
    kernels.rgbToLuma(from, from + (end - start) * step, 4 * step, y);
    result.set(bytes.subarray(y, y + end - start), to + start);
  };
  return (rows) => {
    for (let start = 0; start < width; start += windowPixels) {
      const end = Math.min(start + windowPixels, width);
      load(rows.top, start, end, top);
      load(rows.bottom, start, end, bottom);
      storeLuma(top, start, end, rows.yTop);
      if (rows.bottom !== rows.top) storeLuma(bottom, start, end, rows.yBottom);
      kernels.rgbToChroma(top, top + (end - start) * step, bottom, 4 * step, u, v, 2 * chromaStep);
      const chromaStart = (start >> 1) * chromaStep;
      const chromaBytes = ((end - start + 1) >> 1) * chromaStep;
      result.set(bytes.subarray(u, u + chromaBytes), rows.u + chromaStart);
      if (chromaStep === 1) result.set(bytes.subarray(v, v + chromaBytes), rows.v + chromaStart);
    }
  };
}

/** An offset, and the weights of red, green and blue. */
type Weights = readonly [offset: number, red: number, green: number, blue: number];

/**
 * Returns the weights for the luma of one pixel, and for the U and V of a sum of four pixels, in single precision
 * (BT.709, items 3.2 to 3.4).
 */
function weights(): Readonly<Record<"luma" | "u" | "v", Weights>> {
  const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix();
  const { fround } = Math;
  const scale = lumaSpan / 255;
  const uScale = chromaSpan / 255 / (2 * (1 - blue)) / 4;
  const vScale = chromaSpan / 255 / (2 * (1 - red)) / 4;
  return {
    luma: [lumaOffset, fround(scale * red), fround(scale * green), fround(scale * blue)],
    u: [128, fround(-uScale * red), fround(-uScale * green), fround(uScale * (1 - blue))],
    v: [128, fround(vScale * (1 - red)), fround(-vScale * green), fround(-vScale * blue)],
  };
}
