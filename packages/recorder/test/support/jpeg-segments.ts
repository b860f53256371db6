/** Returns a JPEG segment with its marker and length. */
export function segment(code: number, content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string, "latin1");
  const header = Buffer.from([0xff, code, 0, 0]);
  header.writeUInt16BE(bytes.length + 2, 2);
  return Buffer.concat([header, bytes]);
}

/** Returns an APP1 segment with an EXIF orientation from 1 to 8 (CIPA DC-008, 4.6.4). */
export function exif(orientation: number, byteOrder: "little" | "big" = "big"): Buffer {
  const isLittle = byteOrder === "little";
  const tiff = Buffer.alloc(26);
  const put16 = (value: number, at: number) =>
    isLittle ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
  const put32 = (value: number, at: number) =>
    isLittle ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at);
  tiff.write(isLittle ? "II" : "MM", "latin1");
  put16(42, 2);
  put32(8, 4);
  put16(1, 8);
  // The entry of the orientation: tag 0x0112, type 3 (unsigned 16 bits), one value.
  put16(0x0112, 10);
  put16(3, 12);
  put32(1, 14);
  put16(orientation, 18);
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]));
}

/** Returns a copy with segments inserted after the start-of-image marker. */
export function withSegments(jpeg: Uint8Array, ...segments: readonly Uint8Array[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** Returns a copy without the JFIF segment, which must be the first one. */
export function withoutJfif(jpeg: Buffer): Buffer {
  if (jpeg.readUInt16BE(2) !== 0xffe0) throw new Error("the first segment must be APP0");
  return Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(4 + jpeg.readUInt16BE(4))]);
}

/** Returns the offset of the first marker with this code. */
export function offsetOf(jpeg: Buffer, code: number): number {
  const offset = jpeg.indexOf(Uint8Array.of(0xff, code));
  if (offset < 0) throw new Error(`the JPEG has no marker ${code.toString(16)}`);
  return offset;
}

/** Returns a copy in which `change` has changed bytes. */
export function changed(jpeg: Uint8Array, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(jpeg);
  change(copy);
  return copy;
}
