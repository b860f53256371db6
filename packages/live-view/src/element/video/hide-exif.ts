/** "Exif", as a big-endian number. */
const exif = 0x45786966;

/**
 * Hides the EXIF data of a JPEG in place. Browsers rotate an image by the orientation in its EXIF data. Chromium does so
 * even with `imageOrientation: "none"`.
 */
export function hideExif(data: ArrayBuffer): void {
  const view = new DataView(data);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return;
  for (let at = 2; at + 8 <= view.byteLength; ) {
    const marker = view.getUint16(at);
    // Segments before the start of the scan have a length. EXIF data is in segments with the marker APP1.
    if (marker < 0xffc0 || marker === 0xffda) return;
    if (marker === 0xffe1 && view.getUint32(at + 4) === exif) view.setUint32(at + 4, 0);
    at += 2 + view.getUint16(at + 2);
  }
}
