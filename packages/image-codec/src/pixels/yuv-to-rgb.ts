import type { Allocate } from "../memory/allocate.ts";
import { yuvMatrix } from "../sample/color-space.ts";
import { bytesPerPixel, type RgbFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, type YuvPlanes, yuvPlanes } from "../sample/planes.ts";
import { type PixelKernels, pixelKernels, pixelOrder, windowAt, windowPixels } from "./pixel-kernels.ts";

/** Offsets of a luma row, of its chroma rows, and of the RGB row in the result. */
interface RowOffsets {
  readonly y: number;
  readonly u: number;
  readonly v: number;
  readonly to: number;
}

interface Conversion {
  readonly data: Uint8Array;
  readonly planes: YuvPlanes;
  readonly format: RgbFormat;
  readonly width: number;
  readonly result: Uint8Array;
  readonly weights: Weights;
}

/**
 * Converts an I420 or NV12 image to an RGB format, tightly packed, with alpha 255.
 * Each channel is computed in single precision with the image's matrix and rounded to the nearest integer, ties to even.
 * Chroma is repeated, not interpolated.
 */
export function yuvToRgb(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate,
): Uint8Array {
  const kernels = pixelKernels();
  const { codedWidth, codedHeight } = geometry;
  const planes = yuvPlanes(geometry);
  const rowBytes = codedWidth * bytesPerPixel[format];
  const result = allocate(rowBytes * codedHeight);
  const weights = weightsOf(geometry);
  const convert = rowConverter(kernels, { data, planes, format, width: codedWidth, result, weights });
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

/** Writes the tables of {@link PixelKernels.yuvToRgb}, and returns the function that converts one row. */
function rowConverter(kernels: PixelKernels, conversion: Conversion): (row: RowOffsets) => void {
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
  // The interleaved U and V of NV12 are loaded as one plane.
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

type Weights = Readonly<
  Record<"lumaOffset" | "lumaScale" | "redOfV" | "greenOfU" | "greenOfV" | "blueOfU", number>
>;

/**
 * Returns the weights of luma and chroma bytes in red, green and blue, in single precision.
 * Source: the equations of BT.709, items 3.2 to 3.4, solved for E'R, E'G and E'B.
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
