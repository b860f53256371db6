import type { Allocate } from "./allocate.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel, type PixelFormat, type YuvFormat } from "./pixel-format.ts";
import { type PixelKernels, pixelKernels, windowAt, windowPixels } from "./pixel-kernels.ts";
import { yuvMatrix } from "./yuv-matrix.ts";
import { type YuvPlanes, yuvPlanes } from "./yuv-planes.ts";

/** Two rows of RGB, or the last one twice, and where their luma and chroma go. */
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
 * An RGB picture as I420 or NV12 in BT.709, limited range, tightly packed in memory of its own, at offset 0.
 * Alpha is ignored. Chroma is that of the mean of its two by two pixels, or of as many as there are at the edges. All in
 * single precision, rounded to the nearest value, the even one of two.
 */
export function rgbToYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const planes = yuvPlanes({ format, codedWidth, codedHeight });
  const { y, u, v } = planes;
  const result = allocate(planes.end);
  const conversion = { data, format: geometry.format, width: codedWidth, planes, result };
  const convert = pixelKernels ? kernelRows(pixelKernels, conversion) : plainRows(conversion);
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

/** See {@link PixelKernels.rgbToLuma}. */
function kernelRows(kernels: PixelKernels, conversion: Conversion): (rows: RowPair) => void {
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
  // Of two U, each with a byte behind it, and two V: two and two, or all in turn.
  bytes.set(chromaStep === 2 ? [0, 4, 2, 6, 0, 4, 2, 6] : [0, 2, 255, 255, 4, 6], 48);
  const { luma, u: ofU, v: ofV } = weights();
  floats.set(luma, 64 / 4);
  floats.set([...ofU, ...ofV], 80 / 4);

  const [top, bottom, y, u] = [windowAt(0), windowAt(1), windowAt(2), windowAt(3)];
  const v = chromaStep === 2 ? u : windowAt(4);
  /** A column beyond the last one is as that is, so that the mean of both is too. */
  const load = (row: number, start: number, end: number, at: number) => {
    const last = at + (end - start) * step;
    bytes.set(data.subarray(row + start * step, row + end * step), at);
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

/** The same, two by two pixels at a time. */
function plainRows({ data, format, width, planes, result }: Conversion): (rows: RowPair) => void {
  const { fround } = Math;
  const step = bytesPerPixel[format];
  const [red, blue] = [format.indexOf("R"), format.indexOf("B")];
  const { luma, u, v } = weights();
  const weigh = (offset: number, [ofRed, ofGreen, ofBlue]: Weights, [r, g, b]: Weights): number =>
    fround(fround(fround(offset + fround(ofRed * r)) + fround(ofGreen * g)) + fround(ofBlue * b));
  // Storing here rounds and clamps.
  const target = new Uint8ClampedArray(result.buffer, result.byteOffset, result.byteLength);

  return (rows) => {
    for (let left = 0; left < width; left += 2) {
      const right = Math.min(left + 1, width - 1);
      const sums: [number, number, number] = [0, 0, 0];
      for (const [row, y] of [
        [rows.top, rows.yTop],
        [rows.bottom, rows.yBottom],
      ] as const) {
        for (const column of [left, right]) {
          const pixel = row + column * step;
          const [r, g, b] = [data[pixel + red], data[pixel + 1], data[pixel + blue]] as [
            number,
            number,
            number,
          ];
          target[y + column] = weigh(luma[0], [luma[1], luma[2], luma[3]], [r, g, b]);
          sums[0] += r;
          sums[1] += g;
          sums[2] += b;
        }
      }
      const chroma = (left >> 1) * planes.chromaStep;
      target[rows.u + chroma] = weigh(128, u, sums);
      target[rows.v + chroma] = weigh(128, v, sums);
    }
  };
}

/** Of red, green and blue. */
type Weights = readonly [number, number, number];

/**
 * What a byte of red, green and blue adds to luma, behind its offset, and a byte of each of four pixels to U and V, in
 * single precision: BT.709, items 3.2 to 3.4.
 */
function weights(): {
  readonly luma: readonly [number, number, number, number];
  readonly u: Weights;
  readonly v: Weights;
} {
  const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix();
  const { fround } = Math;
  const scale = lumaSpan / 255;
  const uScale = chromaSpan / 255 / (2 * (1 - blue)) / 4;
  const vScale = chromaSpan / 255 / (2 * (1 - red)) / 4;
  return {
    luma: [lumaOffset, fround(scale * red), fround(scale * green), fround(scale * blue)],
    u: [fround(-uScale * red), fround(-uScale * green), fround(uScale * (1 - blue))],
    v: [fround(vScale * (1 - red)), fround(-vScale * green), fround(-vScale * blue)],
  };
}
