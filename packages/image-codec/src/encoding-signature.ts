import type { ImageEncoding } from "./image-sample.ts";

/** The bytes that a picture of each encoding starts with; `undefined` stands for any byte. */
const signatures: Readonly<Record<ImageEncoding, readonly (number | undefined)[]>> = {
  jpeg: [0xff, 0xd8],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  webp: [0x52, 0x49, 0x46, 0x46, ...Array(4).fill(undefined), 0x57, 0x45, 0x42, 0x50],
};

/** Whether the data starts the way every picture of this encoding does. */
export function hasSignature(data: Uint8Array, encoding: ImageEncoding): boolean {
  return signatures[encoding].every((byte, index) => byte === undefined || byte === data[index]);
}
