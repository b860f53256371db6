import type { Allocate } from "./allocate.ts";
import { allocateExactBytes } from "./exact-bytes.ts";
import type { PixelGeometry } from "./picture-planes.ts";
import { bytesPerPixel, type RgbFormat } from "./pixel-format.ts";
import { yuvMatrix } from "./yuv-matrix.ts";
import { yuvPlanes } from "./yuv-planes.ts";

/**
 * An I420 or NV12 picture in an RGB format, tightly packed in memory of its own, at offset 0, alpha 255.
 * Every channel is what the formula of the picture's matrix gives, rounded; chroma is repeated, not interpolated.
 */
export function yuvToRgb(
  data: Uint8Array,
  geometry: PixelGeometry,
  format: RgbFormat,
  allocate: Allocate = allocateExactBytes,
): Uint8Array {
  const { codedWidth, codedHeight } = geometry;
  const { y, u, v, chromaStep } = yuvPlanes(geometry);
  const { luma, redOfV, greenOfU, greenOfV, blueOfU } = contributions(geometry);
  const step = bytesPerPixel[format];
  const red = format.startsWith("B") ? 2 : 0;
  const blue = 2 - red;

  const result = allocate(codedWidth * codedHeight * step);
  if (step === 4) result.fill(255);
  // Storing here rounds and clamps.
  const target = new Uint8ClampedArray(result.buffer);

  for (let row = 0, out = 0; row < codedHeight; row++) {
    const lumaRow = y.offset + row * y.stride;
    const uRow = u.offset + (row >> 1) * u.stride;
    const vRow = v.offset + (row >> 1) * v.stride;
    for (let column = 0; column < codedWidth; column++, out += step) {
      const chroma = (column >> 1) * chromaStep;
      const uByte = data[uRow + chroma] as number;
      const vByte = data[vRow + chroma] as number;
      const light = luma[data[lumaRow + column] as number] as number;
      target[out + red] = light + (redOfV[vByte] as number);
      target[out + 1] = light + (greenOfU[uByte] as number) + (greenOfV[vByte] as number);
      target[out + blue] = light + (blueOfU[uByte] as number);
    }
  }
  return result;
}

/**
 * What each byte of a plane adds to red, green and blue, in steps of a byte.
 * These are the equations of BT.709, items 3.2 to 3.4, solved for E'R, E'G and E'B.
 */
function contributions({
  colorSpace,
}: PixelGeometry): Record<"luma" | "redOfV" | "greenOfU" | "greenOfV" | "blueOfU", Float64Array> {
  const { red, green, blue, lumaOffset, lumaSpan, chromaSpan } = yuvMatrix(colorSpace);
  const redOfV = 2 * (1 - red);
  const blueOfU = 2 * (1 - blue);
  const chroma = (weight: number) => tableOf((byte) => (weight * (byte - 128) * 255) / chromaSpan);
  return {
    luma: tableOf((byte) => ((byte - lumaOffset) * 255) / lumaSpan),
    redOfV: chroma(redOfV),
    greenOfU: chroma((-blueOfU * blue) / green),
    greenOfV: chroma((-redOfV * red) / green),
    blueOfU: chroma(blueOfU),
  };
}

function tableOf(entry: (byte: number) => number): Float64Array {
  return Float64Array.from({ length: 256 }, (_, byte) => entry(byte));
}
