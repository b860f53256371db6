import type { ImageSample, PlaneLayout } from "./image-sample.ts";
import { bytesPerPixel } from "./pixel-format.ts";

/** The fields that determine the position and the meaning of an image's pixels. */
export type PixelGeometry = Pick<
  ImageSample,
  "format" | "codedWidth" | "codedHeight" | "layout" | "colorSpace"
>;

/** Size of an image in pixels. */
export type CodedSize = Pick<ImageSample, "codedWidth" | "codedHeight">;

/** Where the rows of a plane lie in the data, in bytes. */
export interface Plane extends PlaneLayout {
  /** Bytes of pixels in a row, without padding. */
  readonly rowBytes: number;
  readonly rows: number;
  /** The offset after the pixels of the last row, which is the minimum length of the data. */
  readonly end: number;
}

/**
 * Computes the position of each plane. Without a layout, planes are tightly packed, one after the other.
 * Allocates no memory for the pixels, so the size may be untrusted.
 */
export function planesOf(geometry: PixelGeometry): readonly [Plane, ...Plane[]] {
  const { format, codedWidth, codedHeight, layout } = geometry;
  const chromaWidth = Math.ceil(codedWidth / 2);
  const chromaRows = Math.ceil(codedHeight / 2);
  switch (format) {
    case "I420": {
      const y = planeAt(layout?.[0], 0, codedWidth, codedHeight);
      const u = planeAt(layout?.[1], y.end, chromaWidth, chromaRows);
      return [y, u, planeAt(layout?.[2], u.end, chromaWidth, chromaRows)];
    }
    case "NV12": {
      const y = planeAt(layout?.[0], 0, codedWidth, codedHeight);
      return [y, planeAt(layout?.[1], y.end, 2 * chromaWidth, chromaRows)];
    }
    default:
      return [planeAt(layout?.[0], 0, codedWidth * bytesPerPixel[format], codedHeight)];
  }
}

function planeAt(layout: PlaneLayout | undefined, next: number, rowBytes: number, rows: number): Plane {
  const offset = layout?.offset ?? next;
  const stride = layout?.stride ?? rowBytes;
  return { offset, stride, rowBytes, rows, end: offset + (rows - 1) * stride + rowBytes };
}

/** Returns the minimum length of the data that holds every row of these planes. */
export function endOfPlanes(planes: readonly Plane[]): number {
  let end = 0;
  for (const plane of planes) end = Math.max(end, plane.end);
  return end;
}

/** Positions of luma and chroma in the data, for separate and for interleaved planes of U and V. */
export interface YuvPlanes {
  readonly y: PlaneLayout;
  readonly u: PlaneLayout;
  readonly v: PlaneLayout;
  /** Bytes from one U to the next: 2 if U and V are interleaved, otherwise 1. */
  readonly chromaStep: 1 | 2;
  /** The offset after the last plane. */
  readonly end: number;
}

/** Computes the positions of luma and chroma of an I420 or NV12 image. */
export function yuvPlanes(geometry: PixelGeometry): YuvPlanes {
  const [y, u, v] = planesOf(geometry);
  if (!u) throw new TypeError(`${geometry.format} has no chroma`);
  return v
    ? { y, u, v, chromaStep: 1, end: v.end }
    : { y, u, v: { ...u, offset: u.offset + 1 }, chromaStep: 2, end: u.end };
}
