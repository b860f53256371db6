import type { PlaneLayout } from "./image-sample.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";

/** Where luma and chroma of a picture lie, whether U and V have planes of their own or share one. */
export interface YuvPlanes {
  readonly y: PlaneLayout;
  readonly u: PlaneLayout;
  readonly v: PlaneLayout;
  /** Bytes from one U to the next one: 1, or 2 where a V lies between them. */
  readonly chromaStep: 1 | 2;
  /** Where the last plane ends. */
  readonly end: number;
}

/** Works out where luma and chroma of an I420 or NV12 picture lie. */
export function yuvPlanes(geometry: PixelGeometry): YuvPlanes {
  const [y, u, v] = planesOf(geometry);
  if (!u) throw new TypeError(`${geometry.format} has no chroma`);
  return v
    ? { y, u, v, chromaStep: 1, end: v.end }
    : { y, u, v: { ...u, offset: u.offset + 1 }, chromaStep: 2, end: u.end };
}
