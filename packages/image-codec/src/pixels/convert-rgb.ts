import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { bytesPerPixel, type RgbFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../sample/planes.ts";
import { pixelKernels, pixelOrder, windowAt, windowPixels } from "./pixel-kernels.ts";

/** Converts a run of pixels. Both arrays hold the same number of pixels without gaps. */
type ConvertRun = (source: Uint8Array, target: Uint8Array) => void;

/**
 * Converts an RGB image to another RGB format, or packs it tightly if the format is the same.
 * A missing alpha becomes 255; an alpha that the format does not have is dropped without blending. The data must hold
 * every row. The result fills the memory that `allocate` returns.
 */
export function convertRgb(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const [{ offset, stride, rowBytes }] = planesOf(geometry);
  const { codedWidth, codedHeight } = geometry;
  // Rows without gaps are converted as one long row.
  const runs = stride === rowBytes ? 1 : codedHeight;
  const pixels = (codedWidth * codedHeight) / runs;
  const sourceBytes = pixels * bytesPerPixel[geometry.format];
  const targetBytes = pixels * bytesPerPixel[format];

  // Allocated first, because the callback may convert another image with the same kernels.
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
  // The source channel of each byte of a target pixel. Only an alpha can become an alpha or an X.
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
