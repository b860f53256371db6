import type { ImageSample, PlaneLayout } from "./image-sample.ts";
import { bytesPerPixel } from "./pixel-format.ts";

/** The fields that say where the pixels of an image lie and what their values mean. */
export type PixelGeometry = Pick<
  ImageSample,
  "format" | "codedWidth" | "codedHeight" | "layout" | "colorSpace"
>;

/** Size of an image in pixels. */
export type CodedSize = Pick<ImageSample, "codedWidth" | "codedHeight">;

/** Where the rows of a plane lie in the data, in bytes. */
export interface Plane extends PlaneLayout {
  /** Bytes of a row that are pixels. */
  readonly rowBytes: number;
  readonly rows: number;
  /** The offset after the pixels of the last row; the data must be at least this long. */
  readonly end: number;
}

/**
 * Computes where each plane lies; without a layout, planes follow each other tightly.
 * It allocates nothing for the pixels, whatever size the image claims.
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

/** The number of bytes that the data must have at least to hold every row of these planes. */
export function endOfPlanes(planes: readonly Plane[]): number {
  let end = 0;
  for (const plane of planes) end = Math.max(end, plane.end);
  return end;
}

/** Where luma and chroma of an image lie, whether U and V have planes of their own or share one. */
export interface YuvPlanes {
  readonly y: PlaneLayout;
  readonly u: PlaneLayout;
  readonly v: PlaneLayout;
  /** Bytes from one U to the next: 2 if U and V are interleaved, otherwise 1. */
  readonly chromaStep: 1 | 2;
  /** The offset after the last plane. */
  readonly end: number;
}

/** Computes where luma and chroma of an I420 or NV12 image lie. */
export function yuvPlanes(geometry: PixelGeometry): YuvPlanes {
  const [y, u, v] = planesOf(geometry);
  if (!u) throw new TypeError(`${geometry.format} has no chroma`);
  return v
    ? { y, u, v, chromaStep: 1, end: v.end }
    : { y, u, v: { ...u, offset: u.offset + 1 }, chromaStep: 2, end: u.end };
}
