const signatureBytes = 8;
/** Of a chunk, beside its data: length, type and checksum. */
const chunkBytes = 12;

const compressedText = new Set([chunkType("zTXt"), chunkType("iTXt")]);

/**
 * The same PNG without compressed text, or the PNG itself where it has none.
 * Its decoder would decompress every piece of it, 8 MB at most but as many as there are, for nobody to read.
 */
export function withoutText(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const kept: Uint8Array[] = [];
  let from = 0;
  for (let at = signatureBytes; at + chunkBytes <= png.byteLength; ) {
    const end = at + chunkBytes + view.getUint32(at);
    if (compressedText.has(view.getUint32(at + 4))) {
      kept.push(png.subarray(from, at));
      from = end;
    }
    at = end;
  }
  return kept.length === 0 ? png : Buffer.concat([...kept, png.subarray(from)]);
}

function chunkType(name: string): number {
  return Buffer.from(name, "latin1").readUInt32BE();
}
