import type { Allocate } from "./allocate.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import { type PixelGeometry, planesOf } from "./picture-planes.ts";
import { bytesPerPixel, type YuvFormat } from "./pixel-format.ts";
import { yuvMatrix } from "./yuv-matrix.ts";
import { yuvPlanes } from "./yuv-planes.ts";

/**
 * An RGB picture as I420 or NV12 in BT.709, limited range, tightly packed in memory of its own, at offset 0.
 * Alpha is ignored. Chroma is that of the mean of its two by two pixels, or of as many as there are at the edges.
 */
export function rgbToYuv(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: YuvFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const [{ offset, stride }] = planesOf(geometry);
  const step = bytesPerPixel[geometry.format];
  const redAt = geometry.format.startsWith("B") ? 2 : 0;
  const blueAt = 2 - redAt;
  const { y, u, v, chromaStep, end } = yuvPlanes({ format, codedWidth, codedHeight });
  const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix();
  const lumaScale = lumaSpan / 255;
  const uScale = chromaSpan / 255 / (2 * (1 - blue));
  const vScale = chromaSpan / 255 / (2 * (1 - red));

  const result = allocate(end);
  // Storing here rounds and clamps.
  const target = new Uint8ClampedArray(result.buffer);

  for (let top = 0; top < codedHeight; top += 2) {
    const rows = Math.min(2, codedHeight - top);
    for (let left = 0; left < codedWidth; left += 2) {
      const columns = Math.min(2, codedWidth - left);
      let redSum = 0;
      let blueSum = 0;
      let lightSum = 0;
      for (let row = top; row < top + rows; row++) {
        for (let column = left; column < left + columns; column++) {
          const pixel = offset + row * stride + column * step;
          const redByte = data[pixel + redAt] as number;
          const blueByte = data[pixel + blueAt] as number;
          const light = red * redByte + green * (data[pixel + 1] as number) + blue * blueByte;
          target[y.offset + row * y.stride + column] = lumaOffset + lumaScale * light;
          redSum += redByte;
          blueSum += blueByte;
          lightSum += light;
        }
      }
      const pixels = rows * columns;
      const row = top >> 1;
      const chroma = (left >> 1) * chromaStep;
      target[u.offset + row * u.stride + chroma] = 128 + (uScale * (blueSum - lightSum)) / pixels;
      target[v.offset + row * v.stride + chroma] = 128 + (vScale * (redSum - lightSum)) / pixels;
    }
  }
  return result;
}
