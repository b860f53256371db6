import { type PixelGeometry, type Plane, planesOf } from "./picture-planes.ts";

/** The rows of a picture with a single plane; the luma of any other one. */
export function packedRows(geometry: PixelGeometry): Plane {
  return planesOf(geometry)[0];
}
