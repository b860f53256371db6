import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { yuvMatrix } from "../sample/color-space.ts";
import { bytesPerPixel, type RgbFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, type YuvPlanes, yuvPlanes } from "../sample/planes.ts";
import { type PixelKernels, pixelKernels, pixelOrder, windowAt, windowPixels } from "./pixel-kernels.ts";

/** A row of luma, and where the row of chroma begins that goes with it. */
interface YuvRow {
  readonly y: number;
  readonly u: number;
  readonly v: number;
  readonly to: number;
}

/**
 * An I420 or NV12 picture in an RGB format, tightly packed in memory of its own, at offset 0, alpha 255.
 * Every channel is what the formula of the picture's matrix gives in single precision, rounded to the nearest value, the
 * even one of two; chroma is repeated, not interpolated.
 */
export function yuvToRgb(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const planes = yuvPlanes(geometry);
  const rowBytes = codedWidth * bytesPerPixel[format];
  const result = allocate(rowBytes * codedHeight);
  const picture = { data, planes, format, width: codedWidth, result, weights: weightsOf(geometry) };
  const kernels = pixelKernels();
  const convert = kernels ? kernelRow(kernels, picture) : plainRow(picture);
  for (let row = 0; row < codedHeight; row++) {
    convert({
      y: planes.y.offset + row * planes.y.stride,
      u: planes.u.offset + (row >> 1) * planes.u.stride,
      v: planes.v.offset + (row >> 1) * planes.v.stride,
      to: row * rowBytes,
    });
  }
  return result;
}

interface Conversion {
  readonly data: Uint8Array;
  readonly planes: YuvPlanes;
  readonly format: RgbFormat;
  readonly width: number;
  readonly result: Uint8Array;
  readonly weights: Weights;
}

/** See {@link PixelKernels.yuvToRgb}. */
function kernelRow(kernels: PixelKernels, conversion: Conversion): (row: YuvRow) => void {
  const { data, planes, format, width, result, weights } = conversion;
  const { bytes, floats } = kernels;
  const { chromaStep } = planes;
  const step = bytesPerPixel[format];
  const channels = [...format].map((letter) => ("RGB".includes(letter) ? "RGB".indexOf(letter) : undefined));
  bytes.set(pixelOrder(channels, (pixel, channel) => 4 * channel + pixel));
  bytes.fill(255, 32, 48);
  for (const pixel of [0, 1, 2, 3]) bytes[32 + 4 * pixel] = (pixel >> 1) * chromaStep;
  const { lumaOffset, lumaScale, redOfV, greenOfU, greenOfV, blueOfU } = weights;
  floats.set([lumaOffset, lumaScale, redOfV, greenOfU, greenOfV, blueOfU], 64 / 4);

  const [y, u, to] = [windowAt(0), windowAt(1), windowAt(3)];
  // U and V in turn are one plane.
  const v = chromaStep === 2 ? u + 1 : windowAt(2);
  return (row) => {
    for (let start = 0; start < width; start += windowPixels) {
      const end = Math.min(start + windowPixels, width);
      const [chromaStart, chromaEnd] = [(start >> 1) * chromaStep, ((end + 1) >> 1) * chromaStep];
      bytes.set(data.subarray(row.y + start, row.y + end), y);
      bytes.set(data.subarray(row.u + chromaStart, row.u + chromaEnd), u);
      if (chromaStep === 1) bytes.set(data.subarray(row.v + chromaStart, row.v + chromaEnd), v);
      kernels.yuvToRgb(y, y + end - start, u, v, 2 * chromaStep, to, 4 * step);
      result.set(bytes.subarray(to, to + (end - start) * step), row.to + start * step);
    }
  };
}

/** The same, a pixel at a time. */
function plainRow(conversion: Conversion): (row: YuvRow) => void {
  const { data, planes, format, width, result, weights } = conversion;
  const { lumaOffset, lumaScale, redOfV, greenOfU, greenOfV, blueOfU } = weights;
  const { fround } = Math;
  const step = bytesPerPixel[format];
  const red = format.indexOf("R");
  const blue = format.indexOf("B");
  // Storing here rounds and clamps.
  const target = new Uint8ClampedArray(result.buffer, result.byteOffset, result.byteLength);

  return (row) => {
    for (let column = 0, to = row.to; column < width; column++, to += step) {
      const chroma = (column >> 1) * planes.chromaStep;
      const light = fround(lumaScale * ((data[row.y + column] as number) - lumaOffset));
      const u = (data[row.u + chroma] as number) - 128;
      const v = (data[row.v + chroma] as number) - 128;
      target[to + red] = fround(light + fround(redOfV * v));
      target[to + 1] = fround(fround(light + fround(greenOfU * u)) + fround(greenOfV * v));
      target[to + blue] = fround(light + fround(blueOfU * u));
      if (step === 4) target[to + 3] = 255;
    }
  };
}

type Weights = Readonly<
  Record<"lumaOffset" | "lumaScale" | "redOfV" | "greenOfU" | "greenOfV" | "blueOfU", number>
>;

/**
 * What a step of a byte of each plane adds to red, green and blue, in single precision.
 * These are the equations of BT.709, items 3.2 to 3.4, solved for E'R, E'G and E'B.
 */
function weightsOf({ colorSpace }: PixelGeometry): Weights {
  const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix(colorSpace);
  const { fround } = Math;
  const redOfV = (2 * (1 - red) * 255) / chromaSpan;
  const blueOfU = (2 * (1 - blue) * 255) / chromaSpan;
  return {
    lumaOffset,
    lumaScale: fround(255 / lumaSpan),
    redOfV: fround(redOfV),
    greenOfU: fround((-blueOfU * blue) / green),
    greenOfV: fround((-redOfV * red) / green),
    blueOfU: fround(blueOfU),
  };
}
