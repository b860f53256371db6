/** What a PNG says of itself before its pixels. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitsPerPixel: number;
}

/** Samples of a pixel, by the colour type; 3 is an index into a palette. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Reads the image header (PNG specification, 11.2.1), or gives `undefined` where it does not follow the signature. */
export function readPngHeader(data: Uint8Array): PngHeader | undefined {
  if (data.byteLength < 33) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const channelCount = channels[view.getUint8(25)];
  // 13 bytes of "IHDR".
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452 || !channelCount) return undefined;
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    bitsPerPixel: view.getUint8(24) * channelCount,
  };
}
