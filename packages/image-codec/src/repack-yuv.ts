import type { Allocate } from "./allocate.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import type { PlaneLayout } from "./image-sample.ts";
import type { PixelGeometry } from "./picture-planes.ts";
import type { YuvFormat } from "./pixel-format.ts";
import { yuvPlanes } from "./yuv-planes.ts";

/** I420 or NV12 as the other one (or the same), tightly packed in memory of its own, at offset 0; no byte's value changes. */
export function repackYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const from = yuvPlanes(geometry);
  const to = yuvPlanes({ format, codedWidth, codedHeight });
  const result = allocate(to.end);

  for (let row = 0; row < codedHeight; row++) {
    const start = from.y.offset + row * from.y.stride;
    result.set(data.subarray(start, start + codedWidth), to.y.offset + row * to.y.stride);
  }
  const columns = Math.ceil(codedWidth / 2);
  const copyChroma = (source: PlaneLayout, target: PlaneLayout): void => {
    for (let row = 0; row < Math.ceil(codedHeight / 2); row++) {
      let read = source.offset + row * source.stride;
      let write = target.offset + row * target.stride;
      for (let column = 0; column < columns; column++) {
        result[write] = data[read] as number;
        read += from.chromaStep;
        write += to.chromaStep;
      }
    }
  };
  copyChroma(from.u, to.u);
  copyChroma(from.v, to.v);
  return result;
}
