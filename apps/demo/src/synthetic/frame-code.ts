import type { Area } from "./surface.ts";

const blockSize = 8;
const blocks = 32;
const checkBits = 8;

/** Position of the code: near the bottom-left corner, on JPEG's grid of 8 x 8 blocks, so that its edges stay sharp. */
export function frameCodeArea(height: number): Area {
  const y = Math.floor((height - 2 * blockSize) / blockSize) * blockSize;
  return { x: blockSize, y, width: blocks * blockSize, height: blockSize };
}

/**
 * Draws a frame number as a machine-readable code into RGBA pixels: 32 blocks, black for 0 and white for 1, most
 * significant bit first. 24 bits are the number (it wraps after 16,777,215), 8 bits are its CRC.
 */
export function drawFrameCode(pixels: Uint8Array, width: number, height: number, frame: number): void {
  const area = frameCodeArea(height);
  const number = frame & 0xffffff;
  const code = (number << checkBits) | checksum(number);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  for (let block = 0; block < blocks; block++) {
    const word = (code >>> (blocks - 1 - block)) & 1 ? 0xffffffff : 0xff000000;
    for (let row = 0; row < blockSize; row++) {
      const start = (area.y + row) * width + area.x + block * blockSize;
      words.fill(word, start, start + blockSize);
    }
  }
}

/** Reads the number from a whole RGBA frame; undefined if there is no valid code. */
export function readFrameCode(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): number | undefined {
  return read(pixels, width, frameCodeArea(height));
}

/** Reads the number from the RGBA pixels of {@link frameCodeArea} alone (a canvas's `getImageData` of it). */
export function readFrameCodeStrip(pixels: ArrayLike<number>): number | undefined {
  return read(pixels, blocks * blockSize, { x: 0, y: 0, width: blocks * blockSize, height: blockSize });
}

function read(pixels: ArrayLike<number>, width: number, area: Area): number | undefined {
  let code = 0;
  for (let block = 0; block < blocks; block++) {
    const bit = readBlock(pixels, width, area.x + block * blockSize, area.y);
    if (bit === undefined) return undefined;
    code = (code << 1) | bit;
  }
  const number = code >>> checkBits;
  return checksum(number) === (code & 0xff) ? number : undefined;
}

/** All channels of all inner pixels must agree. The outer ones are ignored, because compression mixes them with neighbours. */
function readBlock(pixels: ArrayLike<number>, width: number, x: number, y: number): 0 | 1 | undefined {
  let darkest = 255;
  let lightest = 0;
  for (let row = y + 2; row < y + blockSize - 2; row++) {
    for (let column = x + 2; column < x + blockSize - 2; column++) {
      for (let channel = 0; channel < 3; channel++) {
        const value = pixels[(row * width + column) * 4 + channel] ?? 128;
        darkest = Math.min(darkest, value);
        lightest = Math.max(lightest, value);
      }
    }
  }
  if (lightest < 80) return 0;
  return darkest > 175 ? 1 : undefined;
}

/** CRC-8 (polynomial 0x07) of 24 bits. The initial value makes all black and all white invalid. */
function checksum(number: number): number {
  let crc = 0x5a;
  for (let bit = 23; bit >= 0; bit--) {
    const carry = ((crc >>> 7) ^ (number >>> bit)) & 1;
    crc = ((crc << 1) & 0xff) ^ (carry ? 0x07 : 0);
  }
  return crc;
}
