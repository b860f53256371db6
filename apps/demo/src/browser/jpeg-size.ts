/** The size that a JPEG's frame header states (ITU-T T.81, B.2.2); `undefined` where there is none. */
export function jpegSize(data: Uint8Array): { width: number; height: number } | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (data.byteLength < 2 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 <= data.byteLength; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    // SOF0 to SOF15; DHT, JPG and DAC lie between them.
    const isFrameHeader = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrameHeader) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
  }
  return undefined;
}
