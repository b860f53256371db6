/** libvips has the same limit; progressive JPEGs have about ten. */
const maxScans = 100;

const startOfScan = Uint8Array.of(0xff, 0xda);

/**
 * Whether a JPEG may keep its decoder busy for hours: each scan goes over the whole picture, however few bytes it has.
 * Counted are the markers of a scan's start (ITU-T T.81, B.2.3), wherever they are; compressed data never has any.
 */
export function hasTooManyScans(data: Uint8Array): boolean {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  let scans = 0;
  for (let at = bytes.indexOf(startOfScan); at >= 0; at = bytes.indexOf(startOfScan, at + 2)) {
    if (++scans > maxScans) return true;
  }
  return false;
}
