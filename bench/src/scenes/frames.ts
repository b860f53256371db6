import { drawText } from "./glyphs.ts";
import { smoothNoise } from "./noise.ts";

const paper = 0xffffffff;

/** Draws a BGRA frame like a screen: text on the left half, a gradient on the right half, and flat areas on both. */
export function screenFrame(width: number, height: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height).fill(paper);
  const half = width >> 1;
  drawText(pixels, width, { x: 0, y: 0, width: half, height }, 7);
  for (let y = 0; y < height; y++) {
    for (let x = half; x < width; x++) {
      const blue = Math.round(((x - half) * 255) / half);
      const green = Math.round((y * 255) / height);
      pixels[y * width + x] = (0xff000000 | (128 << 16) | (green << 8) | blue) >>> 0;
    }
  }
  fillArea(pixels, width, { x: 0, y: 0, width, height: height >> 4 }, 0xff404850);
  fillArea(
    pixels,
    width,
    { x: width >> 3, y: height >> 1, width: width >> 3, height: height >> 2 },
    0xffe8f0f8,
  );
  fillArea(
    pixels,
    width,
    { x: half + (width >> 3), y: height >> 1, width: width >> 2, height: height >> 2 },
    0xff305890,
  );
  return new Uint8Array(pixels.buffer);
}

/** Draws a BGRA frame like a photograph: smooth noise. Three quarters of each value are the same in all channels. */
export function photoFrame(width: number, height: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height * 4);
  const light = smoothNoise(width, height, 11);
  const tints = [21, 31, 41].map((seed) => smoothNoise(width, height, seed));
  for (let index = 0; index < light.length; index++) {
    for (const [channel, tint] of tints.entries()) {
      data[index * 4 + channel] = ((light[index] as number) * 3 + (tint[index] as number)) >> 2;
    }
    data[index * 4 + 3] = 255;
  }
  return data;
}

/** Returns a copy of a frame with red and blue swapped. */
export function swapRedAndBlue(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const swapped = new Uint8Array(data);
  for (let offset = 0; offset < data.length; offset += 4) {
    swapped[offset] = data[offset + 2] as number;
    swapped[offset + 2] = data[offset] as number;
  }
  return swapped;
}

/** Fills an area with one colour. */
export function fillArea(
  pixels: Uint32Array,
  stride: number,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  color: number,
): void {
  for (let y = area.y; y < area.y + area.height; y++) {
    pixels.fill(color, y * stride + area.x, y * stride + area.x + area.width);
  }
}
