import type { Area } from "./surface.ts";

const blockSize = 8;
const blocks = 32;
const checkBits = 8;

/** Position of the code near the bottom-left corner. Alignment to the 8 x 8 blocks of JPEG keeps the edges sharp. */
export function frameCodeArea(height: number): Area {
  const y = Math.floor((height - 2 * blockSize) / blockSize) * blockSize;
  return { x: blockSize, y, width: blocks * blockSize, height: blockSize };
}

/**
 * Draws a frame number into RGBA pixels as a machine-readable code of 32 blocks: black for 0, white for 1, most
 * significant bit first. 24 bits are the frame number, which wraps after 16,777,215, and 8 bits are a CRC of the
 * number.
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

/** Reads the frame number from a whole RGBA frame. Returns `undefined` if the frame has no valid code. */
export function readFrameCode(
  pixels: Uint8Array | Uint8ClampedArray,
  width: number,
  height: number,
): number | undefined {
  return read(pixels, width, frameCodeArea(height));
}

/** Reads the frame number from the RGBA pixels of {@link frameCodeArea} alone, such as those of `getImageData`. */
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

/**
 * Reads one bit. Returns `undefined` if the inner pixels are neither all dark nor all light. Outer pixels are ignored,
 * because compression blurs the edges of a block.
 */
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

/** CRC-8 (polynomial 0x07) of 24 bits. With this initial value, an all-black or all-white code is invalid. */
function checksum(number: number): number {
  let crc = 0x5a;
  for (let bit = 23; bit >= 0; bit--) {
    const carry = ((crc >>> 7) ^ (number >>> bit)) & 1;
    crc = ((crc << 1) & 0xff) ^ (carry ? 0x07 : 0);
  }
  return crc;
}
