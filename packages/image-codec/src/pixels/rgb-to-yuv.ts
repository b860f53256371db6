import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { yuvMatrix } from "../sample/color-space.ts";
import { bytesPerPixel, type PixelFormat, type YuvFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf, type YuvPlanes, yuvPlanes } from "../sample/planes.ts";
import { type PixelKernels, pixelKernels, windowAt, windowPixels } from "./pixel-kernels.ts";

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
  const kernels = pixelKernels();
  const convert = kernels ? kernelRows(kernels, conversion) : plainRows(conversion);
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
  floats.set([...luma, ...ofU, ...ofV], 64 / 4);

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
  const step = bytesPerPixel[format];
  const [red, blue] = [format.indexOf("R"), format.indexOf("B")];
  const { luma, u, v } = weights();
  // Storing here rounds and clamps.
  const target = new Uint8ClampedArray(result.buffer, result.byteOffset, result.byteLength);

  return ({ top, bottom, yTop, yBottom, u: uRow, v: vRow }) => {
    for (let left = 0; left < width; left += 2) {
      const right = Math.min(left + 1, width - 1);
      let redSum = 0;
      let greenSum = 0;
      let blueSum = 0;
      for (let index = 0; index < 4; index++) {
        const column = index % 2 === 0 ? left : right;
        const pixel = (index < 2 ? top : bottom) + column * step;
        const r = data[pixel + red] as number;
        const g = data[pixel + 1] as number;
        const b = data[pixel + blue] as number;
        target[(index < 2 ? yTop : yBottom) + column] = weigh(luma, r, g, b);
        redSum += r;
        greenSum += g;
        blueSum += b;
      }
      const chroma = (left >> 1) * planes.chromaStep;
      target[uRow + chroma] = weigh(u, redSum, greenSum, blueSum);
      target[vRow + chroma] = weigh(v, redSum, greenSum, blueSum);
    }
  };
}

/** An offset, and what a step of red, green and blue adds to it. */
type Weights = readonly [offset: number, red: number, green: number, blue: number];

function weigh([offset, ofRed, ofGreen, ofBlue]: Weights, r: number, g: number, b: number): number {
  const { fround } = Math;
  return fround(fround(fround(offset + fround(ofRed * r)) + fround(ofGreen * g)) + fround(ofBlue * b));
}

/** Luma of a pixel, and U and V of the sums of four, in single precision: BT.709, items 3.2 to 3.4. */
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
