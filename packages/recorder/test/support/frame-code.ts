const blockSize = 8;
const blocks = 32;

/** Width and height of a frame that has room for nothing else than a code. */
export const codeSize: { readonly width: number; readonly height: number } = {
  width: (blocks + 1) * blockSize,
  height: 4 * blockSize,
};

/** Top of the code, which is near the bottom-left corner. Alignment to the 8 x 8 blocks of JPEG keeps the edges sharp. */
export function codeTop(height: number): number {
  return Math.floor((height - 2 * blockSize) / blockSize) * blockSize;
}

/**
 * Draws a number into RGBA pixels, in the code that the demo's test pattern uses: 32 blocks, black for 0 and white for 1,
 * most significant bit first. 24 bits are the number, and 8 bits are a CRC of the number.
 */
export function drawFrameCode(pixels: Uint8Array, width: number, height: number, number: number): void {
  const code = (number << 8) | checksum(number);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  for (let block = 0; block < blocks; block++) {
    const word = (code >>> (blocks - 1 - block)) & 1 ? 0xffffffff : 0xff000000;
    for (let row = 0; row < blockSize; row++) {
      const start = (codeTop(height) + row) * width + (block + 1) * blockSize;
      words.fill(word, start, start + blockSize);
    }
  }
}

/** Reads the number from RGBA pixels. Returns `undefined` if the frame has no valid code. */
export function readFrameCode(pixels: Uint8Array, width: number, height: number): number | undefined {
  let code = 0;
  for (let block = 0; block < blocks; block++) {
    const bit = readBlock(pixels, width, (block + 1) * blockSize, codeTop(height));
    if (bit === undefined) return undefined;
    code = (code << 1) | bit;
  }
  const number = code >>> 8;
  return checksum(number) === (code & 0xff) ? number : undefined;
}

/** Reads one bit from the inner pixels of a block. Returns `undefined` if they are neither all dark nor all light. */
function readBlock(pixels: Uint8Array, width: number, x: number, y: number): 0 | 1 | undefined {
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

/** CRC-8 (polynomial 0x07) of 24 bits. */
function checksum(number: number): number {
  let crc = 0x5a;
  for (let bit = 23; bit >= 0; bit--) {
    const carry = ((crc >>> 7) ^ (number >>> bit)) & 1;
    crc = ((crc << 1) & 0xff) ^ (carry ? 0x07 : 0);
  }
  return crc;
}
