import { type Allocate, allocateExactBytes } from "../memory/allocate.ts";
import { bytesPerPixel, type RgbFormat } from "../sample/pixel-format.ts";
import { type PixelGeometry, planesOf } from "../sample/planes.ts";
import { type PixelKernels, pixelKernels, pixelOrder, windowAt, windowPixels } from "./pixel-kernels.ts";

/** Copies pixels; both arrays hold the same number of them and no gaps. */
type PixelRun = (source: Uint8Array, target: Uint8Array) => void;

/**
 * An RGB picture in another RGB format (or the same one), tightly packed in memory of its own, at offset 0.
 * A missing alpha becomes 255 and an unwanted one is dropped, never blended. The data must hold every row.
 */
export function convertPixels(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const [{ offset, stride, rowBytes }] = planesOf(geometry);
  const { codedWidth, codedHeight } = geometry;
  // Rows without gaps are one long row.
  const runs = stride === rowBytes ? 1 : codedHeight;
  const pixels = (codedWidth * codedHeight) / runs;
  const sourceBytes = pixels * bytesPerPixel[geometry.format];
  const targetBytes = pixels * bytesPerPixel[format];

  const copy = pixelRun(geometry.format, format);
  const result = allocate(runs * targetBytes);
  for (let run = 0; run < runs; run++) {
    const start = offset + run * stride;
    const source = data.subarray(start, start + sourceBytes);
    copy(source, result.subarray(run * targetBytes, (run + 1) * targetBytes));
  }
  return result;
}

function pixelRun(from: string, to: RgbFormat): PixelRun {
  if (from === to) return (source, target) => target.set(source);
  // For each byte of a target's pixel which one of the source's it is; an alpha or X is only ever had of an alpha.
  const channels = [...to].map((letter) => {
    const index = from.indexOf(letter.replace("X", "A"));
    return index < 0 ? undefined : index;
  });
  const kernels = pixelKernels();
  return kernels ? swizzleRun(kernels, from.length, channels) : plainRun(from.length, channels);
}

type Channels = readonly (number | undefined)[];

function swizzleRun(kernels: PixelKernels, sourceStep: number, channels: Channels): PixelRun {
  const { bytes } = kernels;
  const targetStep = channels.length;
  const [from, to] = [windowAt(0), windowAt(1)];
  bytes.set(pixelOrder(channels, (pixel, channel) => pixel * sourceStep + channel));
  return (source, target) => {
    const pixels = source.length / sourceStep;
    for (let start = 0; start < pixels; start += windowPixels) {
      const end = Math.min(start + windowPixels, pixels);
      const count = end - start;
      bytes.set(source.subarray(start * sourceStep, end * sourceStep), from);
      kernels.swizzle(from, from + count * sourceStep, 4 * sourceStep, to, 4 * targetStep);
      target.set(bytes.subarray(to, to + count * targetStep), start * targetStep);
    }
  };
}

function plainRun(sourceStep: number, channels: Channels): PixelRun {
  const targetStep = channels.length;
  return (source, target) => {
    for (const [index, channel] of channels.entries()) {
      for (let from = channel ?? 0, to = index; to < target.length; from += sourceStep, to += targetStep) {
        target[to] = channel === undefined ? 255 : (source[from] as number);
      }
    }
  };
}
