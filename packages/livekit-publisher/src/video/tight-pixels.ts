import { isArrayBuffer } from "node:util/types";
import { bytesPerPixel, type CheckedImageSample, type PixelFormat } from "@broadcast-ipc/image-codec";
import type { FrameSize } from "./padded-size.ts";

/** A checked sample that is not compressed. */
export type RawSample = Extract<CheckedImageSample, { readonly format: PixelFormat }>;

/** A plane of a tightly packed frame. */
interface TightPlane {
  readonly offset: number;
  /** Bytes that repeat the last column: a pixel, or a pair of U and V. */
  readonly step: number;
  readonly rowBytes: number;
  readonly rows: number;
}

/** Returns the number of bytes of a tightly packed frame. */
export function tightLength(format: PixelFormat, size: FrameSize): number {
  const { offset, rowBytes, rows } = tightPlanes(format, size).at(-1) as TightPlane;
  return offset + rowBytes * rows;
}

/**
 * Returns the pixels of a sample, tightly packed and padded to `size`, at the start of their ArrayBuffer. The padding
 * repeats the last column and the last row. The result is the sample's own data if that data has this form. Otherwise
 * the pixels are copied once, to the memory that `allocate` returns.
 */
export function tightPixels(
  sample: RawSample,
  size: FrameSize,
  allocate: (byteLength: number) => Uint8Array,
): Uint8Array {
  const { format, data, codedWidth: width, codedHeight: height, layout } = sample;
  const length = tightLength(format, size);
  const source = tightPlanes(format, { width, height });
  const isPadded = width !== size.width || height !== size.height;
  const isTight = source.every(({ offset, rowBytes }, index) => {
    const place = layout?.[index];
    return !place || (place.offset === offset && place.stride === rowBytes);
  });
  // The library reads from the start of the ArrayBuffer and ignores `byteOffset`.
  if (isTight && !isPadded && data.byteOffset === 0 && isArrayBuffer(data.buffer)) {
    return data.byteLength === length ? data : data.subarray(0, length);
  }
  const target = allocate(length);
  for (const [index, plane] of tightPlanes(format, size).entries()) {
    const { rowBytes, rows, offset } = source[index] as TightPlane;
    const from = layout?.[index] ?? { offset, stride: rowBytes };
    copyPlane(data, { ...from, rowBytes, rows }, target, plane);
  }
  return target;
}

function tightPlanes(format: PixelFormat, { width, height }: FrameSize): readonly TightPlane[] {
  const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const luma = { offset: 0, step: 1, rowBytes: width, rows: height };
  const chroma = width * height;
  switch (format) {
    case "I420":
      return [
        luma,
        { offset: chroma, step: 1, rowBytes: columns, rows },
        { offset: chroma + columns * rows, step: 1, rowBytes: columns, rows },
      ];
    case "NV12":
      return [luma, { offset: chroma, step: 2, rowBytes: 2 * columns, rows }];
    default: {
      const step = bytesPerPixel[format];
      return [{ offset: 0, step, rowBytes: width * step, rows: height }];
    }
  }
}

/** Where a plane of a sample lies in its data, in bytes. */
interface SourcePlane {
  readonly offset: number;
  readonly stride: number;
  readonly rowBytes: number;
  readonly rows: number;
}

function copyPlane(data: Uint8Array, source: SourcePlane, target: Uint8Array, plane: TightPlane): void {
  const { rowBytes, step } = plane;
  const end = plane.offset + source.rows * rowBytes;
  if (source.stride === rowBytes && source.rowBytes === rowBytes) {
    target.set(data.subarray(source.offset, source.offset + source.rows * rowBytes), plane.offset);
  } else {
    let from = source.offset;
    for (let to = plane.offset; to < end; to += rowBytes) {
      target.set(data.subarray(from, from + source.rowBytes), to);
      for (let at = to + source.rowBytes; at < to + rowBytes; at++) target[at] = target[at - step] as number;
      from += source.stride;
    }
  }
  for (let row = source.rows; row < plane.rows; row++) {
    target.copyWithin(plane.offset + row * rowBytes, end - rowBytes, end);
  }
}
