import { endianness } from "node:os";
import type { Allocate } from "./allocate.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel, type PixelFormat, type RgbFormat } from "./pixel-format.ts";
import { copyWords, packSwappedWords, packWords, swapWords } from "./pixel-words.ts";

/** Writes each pixel of `source` to `target`; both hold the same number of pixels and no gaps. */
type PixelRun = (source: Uint8Array, target: Uint8Array) => void;

const isLittleEndian = endianness() === "LE";

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

  const convert = pixelRun(geometry.format, format);
  const result = allocate(runs * targetBytes);
  for (let run = 0; run < runs; run++) {
    const start = offset + run * stride;
    convert(
      data.subarray(start, start + sourceBytes),
      result.subarray(run * targetBytes, (run + 1) * targetBytes),
    );
  }
  return result;
}

function pixelRun(from: PixelFormat, to: PixelFormat): PixelRun {
  const swap = from.startsWith("B") !== to.startsWith("B");
  const opaque = !from.endsWith("A");
  const sourceStep = bytesPerPixel[from];
  const targetStep = bytesPerPixel[to];
  if (from === to) return (source, target) => target.set(source);

  return (source, target) => {
    const aligned = isLittleEndian && source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0;
    const done = aligned && sourceStep === 4 ? convertWords(source, target, { targetStep, swap, opaque }) : 0;
    convertBytes(source.subarray(done * sourceStep), target.subarray(done * targetStep), {
      sourceStep,
      targetStep,
      swap,
      opaque,
    });
  };
}

interface ByteSteps {
  readonly sourceStep: number;
  readonly targetStep: number;
  readonly swap: boolean;
  readonly opaque: boolean;
}

/** Any pair of formats, at any address. */
function convertBytes(source: Uint8Array, target: Uint8Array, steps: ByteSteps): void {
  const { sourceStep, targetStep, swap, opaque } = steps;
  const first = swap ? 2 : 0;
  for (let from = 0, to = 0; from < source.length; from += sourceStep, to += targetStep) {
    target[to] = source[from + first] as number;
    target[to + 1] = source[from + 1] as number;
    target[to + 2] = source[from + 2 - first] as number;
    if (targetStep === 4) target[to + 3] = opaque ? 255 : (source[from + 3] as number);
  }
}

/** From four bytes a pixel, a 32-bit word at a time; returns the number of pixels done. */
function convertWords(
  source: Uint8Array,
  target: Uint8Array,
  { targetStep, swap, opaque }: Omit<ByteSteps, "sourceStep">,
): number {
  const from = words(source);
  const to = words(target);
  if (targetStep === 4) {
    (swap ? swapWords : copyWords)(from, to, opaque ? 0xff000000 : 0);
    return from.length;
  }
  const quads = from.subarray(0, from.length - (from.length % 4));
  (swap ? packSwappedWords : packWords)(quads, to);
  return quads.length;
}

function words(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
}
